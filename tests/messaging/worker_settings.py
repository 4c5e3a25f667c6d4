"""The portal's settings for a worker that tests start, with the outbox kinds of tests."""

from portal.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.messaging.kinds.KindsConfig"]  # noqa: F405
