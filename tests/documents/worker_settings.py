"""The portal's settings for a worker that makes papers slowly when SLOW_PAPERS names a file, so that it can be killed."""

from portal.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.documents.slow.SlowPapersConfig"]  # noqa: F405
