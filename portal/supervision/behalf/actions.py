"""Entering on behalf: the step's own form is judged first, so that a checked entry can be carried out."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.attachments.actions import claim
from portal.attachments.fields import AttachmentField
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import InvalidInput, NotPermitted, Unmet
from portal.dossiers.models import Dossier
from portal.lifecycle.declared import step_of
from portal.lifecycle.engine import perform, unmet_guards
from portal.lifecycle.forms import StepForm
from portal.lifecycle.models import Subject
from portal.supervision.behalf.actors import behalf_of
from portal.supervision.behalf.kinds import Kind
from portal.supervision.behalf.steps import enters
from portal.supervision.models import Docket, OnBehalf


def forms_of(
    kind: Kind, subject: Subject, actor: Actor, membership: Membership | None, data: QueryDict | None = None
) -> list[StepForm]:
    """The forms of the kind's steps as the represented person would meet them, uploads belonging to who enters."""
    represented = kind.represented(subject, membership) or actor.membership
    assert actor.user is not None
    assert represented is not None
    acting = behalf_of(represented, entrant=actor.user, represented="")
    found = []
    for name in kind.steps:
        form_class = step_of(type(subject), name).form
        if form_class is not None:
            found.append(form_class(data=data, subject=subject, actor=acting))
    for later in found[1:]:  # what an earlier step asks for is asked once
        for name in [n for n in later.fields if n in found[0].fields]:
            del later.fields[name]
    return found


def acting(entry: OnBehalf) -> Actor:
    """The actor as whom an entry is carried out, before it was checked; for showing its forms."""
    represented = entry.kind_info.represented(entry.subject, entry.membership)
    assert represented is not None
    assert entry.entrant is not None
    return behalf_of(represented, entrant=entry.entrant, represented=entry.represented)


def new_entry(kind: Kind, subject: Subject, membership: Membership | None) -> OnBehalf:
    """An entry that is not yet kept."""
    return OnBehalf(
        kind=kind.id,
        target_type=subject.label_of_type(),
        target_id=subject.pk,
        chain_id=subject.chain_id,
        dossier=_dossier_of(subject),
        docket=subject if isinstance(subject, Docket) else None,
        membership=membership if kind.chooses_person(subject) else None,
    )


def enter(
    kind: Kind, subject: Subject, *, actor: Actor, data: QueryDict, membership: Membership | None = None
) -> OnBehalf:
    """Keeps what was done on paper until a second person has checked it.

    Args:
        data: the fields of the entry's own form and of the steps' forms, as a browser sends them.
        membership: the represented person, where the subject does not name a body.

    Raises:
        InvalidInput, Unmet (guards of the first step), NotPermitted.
    """
    if kind.chooses_person(subject) and (membership is None or membership.role != kind.role):
        raise NotPermitted(_("请选择签署人。"))
    reasons = unmet_guards(subject, step_of(type(subject), kind.steps[0]), actor)
    if reasons:
        raise Unmet([str(reason) for reason in reasons])
    if not enters.admits(actor, new_entry(kind, subject, membership)):
        raise NotPermitted(_("只有经办人可以代录。"))
    forms = forms_of(kind, subject, actor, membership, data)
    for form in forms:
        if not form.is_valid():
            raise InvalidInput(form)
    entry = new_entry(kind, subject, membership)
    entry.data = _plain(forms, data)
    with transaction.atomic():
        entry.files = {name: [str(f.key) for f in files] for name, files in _uploads(forms).items()}
        perform(entry, "enter", actor=actor, data=data)
        kept = [file for files in _uploads(forms).values() for file in files]
        claim([file for file in kept if file.claimed_at is None], holder=entry, at=clock.now())
    return entry


def _dossier_of(subject: Subject) -> Dossier | None:
    from portal.messaging.refs import dossier_of

    found = dossier_of(subject)
    return Dossier.objects.get(pk=found.pk) if found else None


def _plain(forms: list[StepForm], data: QueryDict) -> dict[str, Any]:
    """The fields of the steps' forms as they were sent; lists where several values came."""
    names = [name for form in forms for name, field in form.fields.items() if not isinstance(field, AttachmentField)]
    return {name: (values if len(values) > 1 else values[0]) for name in names if (values := data.getlist(name))}


def _uploads(forms: list[StepForm]) -> dict[str, list[Attachment]]:
    return {
        name: form.cleaned_data.get(name) or []
        for form in forms
        for name, field in form.fields.items()
        if isinstance(field, AttachmentField)
    }
