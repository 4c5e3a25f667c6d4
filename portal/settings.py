"""Settings of the portal. Everything that differs between installations comes from the environment, in one typed table."""

import secrets
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parent.parent

# name=(type, default). `.env.example` lists the same names with explanations.
env = environ.Env(
    SECRET_KEY=(str, ""),  # made once and kept in VAR_DIR when empty
    DEBUG=(bool, False),
    DEMO=(bool, False),  # demonstration: accounts on the sign-in page, movable clock, no second factor
    VAR_DIR=(str, str(ROOT / "var")),  # database, uploads, papers, fonts
    PORTAL_URL=(str, "http://127.0.0.1:8000"),  # printed in mails and in QR codes
    ALLOWED_HOSTS=(list, ["127.0.0.1", "localhost", "[::1]"]),
    DATABASE_URL=(str, ""),  # empty: SQLite in VAR_DIR
    REDIS_URL=(str, ""),  # empty: embedded worker, database cache
    DB_POOL_MAX=(int, 8),
    HTTPS=(bool, True),  # False only for the embedded http mode
    TRUST_PROXY=(bool, False),  # X-Forwarded-Proto and -For are set by our reverse proxy
    EMAIL_URL=(str, ""),  # smtp://user:password@host:port; empty: mails are written to VAR_DIR/mail
    EMAIL_FROM=(str, "上海市标准化项目全生命周期管理平台 <noreply@portal.invalid>"),
    IDLE_MINUTES=(int, 30),  # a session without activity ends
    UPLOAD_MAX_MB=(int, 30),  # one file
    LOG_LEVEL=(str, "INFO"),
)
environ.Env.read_env(str(ROOT / ".env"), overwrite=False)

VAR = Path(env("VAR_DIR"))
VAR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The configured key, or one made at the first start and kept readable by its owner only."""
    if env("SECRET_KEY"):
        return str(env("SECRET_KEY"))
    path = VAR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = env("DEBUG")
DEMO = env("DEMO")
PORTAL_URL = env("PORTAL_URL").rstrip("/")
ALLOWED_HOSTS = env("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
REDIS_URL = env("REDIS_URL")
EMBEDDED = not REDIS_URL

INSTALLED_APPS = [
    "portal.ui",
    "portal.accounts.admin_site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # widget templates for our renderer
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "import_export",
    "django_htmx",
    "csp",
    "portal.base",
    "portal.accounts",
    "portal.attachments",
    "portal.lifecycle",
    "portal.calls",
    "portal.dossiers",
    "portal.messaging",
    "portal.deadlines",
    "portal.documents",
    "portal.notices",
    "portal.reviews",
    "portal.registration",
    "portal.declaration",
    "portal.execution",
    "portal.supervision",
    "portal.exchange",
    "portal.statistics",
    "portal.workbench",
    "pilots",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.accounts.middleware.ActorMiddleware",
    "portal.accounts.second_factor.SecondFactorMiddleware",
    "portal.ui.middleware.PortalErrorMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.ui.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "portal.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "portal.ui.renderers.PortalRenderer"

if env("DATABASE_URL"):
    DATABASES = {"default": env.db_url_config(env("DATABASE_URL"))}
    DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": env("DB_POOL_MAX"), "timeout": 10},
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "portal.sqlite3",
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Lockout counters must be shared by all processes: never process memory.
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# --- people and sign-in -------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workbench:home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can have mails sent to strangers
ACCOUNT_CHANGE_EMAIL = True  # one address per person, replaced after it was verified
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignInForm",
    "signup": "portal.accounts.forms.SignUpForm",
    "add_email": "portal.accounts.forms.ChangeEmailForm",
    "change_password": "portal.accounts.forms.ChangePasswordForm",
    "reset_password": "portal.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "portal.accounts.forms.NewPasswordForm",
    "reauthenticate": "portal.accounts.forms.PasswordAgainForm",
}
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "signup": "20/m/ip", "reset_password": "20/m/ip,5/m/key"}
MFA_ADAPTER = "portal.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.SecondFactorForm",
    "reauthenticate": "portal.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "portal.accounts.forms.ActivateSecondFactorForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # setting it up must not wait for a mail
MFA_TOTP_ISSUER = "上海市标准化项目平台"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env("HTTPS")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
IDLE_MINUTES = env("IDLE_MINUTES")
SECURE_SSL_REDIRECT = env("HTTPS")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000 if env("HTTPS") else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env("HTTPS")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env("TRUST_PROXY") else 0
if env("TRUST_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- language, time -----------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = ["portal.ui.formats"]

# --- files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
MEDIA_ROOT = VAR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_MAX_BYTES = env("UPLOAD_MAX_MB") * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- mail, queue --------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("EMAIL_FROM")
if env("EMAIL_URL"):
    vars().update(env.email_url_config(env("EMAIL_URL")))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL")},
}
