from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "portal.messaging"
    verbose_name = _("消息与外发")

    def ready(self) -> None:
        from portal.accounts.mail import carry_with
        from portal.messaging import effects, mail, menu  # noqa: F401

        carry_with(mail.carry)
