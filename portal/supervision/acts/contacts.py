"""The contact of a dossier is replaced, by the applicant or by the handler on its letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import phone_validator
from portal.base import clock
from portal.base.errors import NotPermitted
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete
from portal.dossiers.rules import is_its_applicant, is_its_handler
from portal.lifecycle import history
from portal.lifecycle.states import APPLICANT, HANDLER
from portal.messaging.actions import tell
from portal.messaging.parties import people_of
from portal.supervision.models import Contact


class ContactForm(forms.Form):
    """Who is to be asked from now on, and why."""

    name = forms.CharField(label=_("联系人"), max_length=40)
    post = forms.CharField(label=_("职务"), max_length=40, required=False)
    mobile = forms.CharField(label=_("手机"), max_length=20, validators=[phone_validator])
    email = forms.EmailField(label=_("电子邮箱"))
    reason = forms.CharField(label=_("更换原因"), max_length=200)


def may_replace(actor: Actor, dossier: Dossier) -> bool:
    """The applicant, or the handler who has its letter."""
    return is_its_applicant.admits(actor, dossier) or is_its_handler.admits(actor, dossier)


def replace_contact(dossier: Dossier, *, actor: Actor, **facts: Any) -> Contact:
    """Puts another contact in place; the record names no phone and no address.

    Args:
        facts: name, post, mobile, email, reason.
    """
    if not may_replace(actor, dossier) or actor.user is None:
        raise NotPermitted(_t("您当前的身份不能更换项目联系人。"))
    with transaction.atomic():
        contact = Contact.objects.create(dossier_id=dossier.pk, replaced_by=actor.user, **facts)
        found = concrete(dossier)
        text = _t("项目联系人更换为 %(name)s。%(reason)s") % {"name": contact.name, "reason": contact.reason}
        record = history.write(
            found, actor=actor, at=clock.now(), label=_t("更换项目联系人"), opinion=text, data={"contact": contact.pk}
        )
        told = people_of(HANDLER if actor.is_applicant else APPLICANT, found)
        tell(told, key=f"contact:{record.pk}", title=_t("更换项目联系人"), text=text, subject=found, at=record.at)
    return contact


def contact_of(dossier: Dossier) -> Contact | None:
    """The contact that counts, where the form's was replaced."""
    return Contact.objects.filter(dossier_id=dossier.pk).first()
