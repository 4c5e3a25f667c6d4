"""The portal: a Django project that carries standardization programmes through their whole life."""

from portal.celery import app as celery_app

__all__ = ("celery_app",)
