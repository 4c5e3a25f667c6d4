"""The Celery application. Its settings stand in `portal.celeryconfig` and are read when first needed."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("portal.celeryconfig")
app.autodiscover_tasks()


@setup_logging.connect
def _keep_django_logging(loglevel: int, **kwargs: Any) -> None:
    """Django's logging stands; beat's ticks every 2 s are not worth two lines each."""
    if loglevel > logging.DEBUG:
        for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace"):
            logging.getLogger(name).setLevel(logging.WARNING)
