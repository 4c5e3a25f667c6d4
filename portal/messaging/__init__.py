"""Outbox, in-app messages and mail."""

from portal.messaging.suppression import suppressed

__all__ = ["suppressed"]
