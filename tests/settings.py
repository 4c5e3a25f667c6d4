"""The portal's settings for tests: production behaviour, state in a temporary folder, no sign-in cost.

TEST_DATABASE_URL chooses PostgreSQL; without it tests run on an SQLite file. TEST_REDIS_URL is read by the `redis_url`
fixture alone: everything else runs on the embedded queue and the database cache, so that parallel workers share nothing.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_state = Path(tempfile.mkdtemp(prefix="portal-test-"))
_fonts = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var") / "fonts"
(_state / "fonts").symlink_to(_fonts)  # the subsets are the same for every run; bin/test has them made
(_state / "static").mkdir()
_owner = os.getpid()


@atexit.register
def _remove_state() -> None:
    """Leaves nothing behind; a forked child must not take the parent's folder away."""
    if os.getpid() == _owner:
        shutil.rmtree(_state, ignore_errors=True)


os.environ.update(
    SECRET_KEY="only-for-tests-and-long-enough-for-the-deployment-check-0123456789",
    DEBUG="0",
    DEMO="0",
    VAR_DIR=str(_state),
    PORTAL_URL="http://testserver",
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL", ""),
    REDIS_URL="",
    DB_POOL_MAX="30",  # simultaneous steps are tested with 20 threads
    HTTPS="0",
    TRUST_PROXY="0",
    EMAIL_URL="",
    LOG_LEVEL="WARNING",
    DJANGO_ALLOW_ASYNC_UNSAFE="1",  # Playwright's loop runs in the thread of the tests
)

from portal.settings import *  # noqa: E402

if not os.environ["DATABASE_URL"]:
    # A file, so that threads get connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(_state / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
