"""The Celery application. Its settings stand in `portal.celeryconfig` and are read when first needed."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("portal.celeryconfig")
app.autodiscover_tasks()
