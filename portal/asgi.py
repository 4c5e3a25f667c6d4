"""Entry for an asynchronous server. The portal's pages are synchronous: wsgi.py is the usual one."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_asgi_application()
