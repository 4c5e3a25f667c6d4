"""Entries on behalf 代录."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Body, Membership, Unit
from portal.accounts.roles import Role
from portal.attachments.fields import AttachmentField
from portal.base import clock
from portal.dossiers.models import Dossier
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject
from portal.supervision.access import STAFF, of_parties
from portal.supervision.behalf.kinds import Kind, kind
from portal.supervision.behalf.states import LIFECYCLE
from portal.supervision.behalf.steps import OnBehalfSteps
from portal.supervision.models.docket import Docket


class OnBehalfQuerySet(models.QuerySet["OnBehalf"]):
    """Entries in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> OnBehalfQuerySet:
        """The bureau's own: of dossiers and dockets that the actor may see. Outsiders read what they led to."""
        if actor.system:
            return self
        if actor.role not in STAFF:
            return self.none()
        dockets = Docket.objects.visible_to(actor).order_by().values("pk")
        return self.filter(Q(dossier__isnull=False) & of_parties(actor) | Q(docket__in=dockets))

    def waiting_for(self, actor: Actor) -> OnBehalfQuerySet:
        """Those that the actor may check."""
        if actor.role not in (Role.HANDLER, Role.SECTION_CHIEF) or actor.user is None:
            return self.none()
        return self.visible_to(actor).filter(state="entered").exclude(entrant=actor.user)


@subject(LIFECYCLE)
class OnBehalf(OnBehalfSteps, Subject):
    """What somebody did on paper: step, data and scan, held until a second person has checked it.

    Its records stand on the chain of what it is about. `data` is what the form of the steps was sent, `files` the keys of
    the uploads of that form by field.
    """

    kind = models.CharField(_("事项"), max_length=40)
    target_type = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    dossier = models.ForeignKey(Dossier, null=True, on_delete=models.PROTECT, related_name="entries_on_behalf")
    docket = models.ForeignKey(Docket, null=True, on_delete=models.PROTECT, related_name="entries_on_behalf")
    membership = models.ForeignKey(
        Membership, verbose_name=_("签署人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    represented = models.CharField(_("签署人（单位）"), max_length=80)
    signed_on = models.DateField(_("签署日期"), null=True)
    data = models.JSONField(default=dict)
    files = models.JSONField(default=dict)
    entrant = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("代录人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("复核人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("代录时间"), default=clock.now)
    checked_at = models.DateTimeField(_("复核时间"), null=True)

    objects = OnBehalfQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("代录")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["target_type", "target_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["target_type", "target_id"], condition=Q(state="entered"), name="on_behalf_one_waits"
            )
        ]

    def __str__(self) -> str:
        return str(_("代录：%(kind)s")) % {"kind": self.kind_info.label}

    def describe(self) -> str:
        about = self.dossier or self.docket
        return f"{about.describe()} · {self}" if about else str(self)

    def get_absolute_url(self) -> str:
        return reverse("supervision:on_behalf", args=[self.pk])

    def lock_before(self) -> None:
        """The docket or the dossier, as everybody does."""
        if self.docket_id:
            Docket.objects.select_for_update().filter(pk=self.docket_id).order_by().values_list("pk").first()
        else:
            Dossier.objects.select_for_update().filter(pk=self.dossier_id).order_by().values_list("pk").first()

    @property
    def kind_info(self) -> Kind:
        """The declaration of its kind; LookupError when nobody declares it any more."""
        found = kind(self.kind)
        if found is None:
            raise LookupError(self.kind)
        return found

    @property
    def subject(self) -> Any:
        """What the steps are taken on, in its own class; None when it is gone."""
        from portal.messaging.refs import find

        return find(self.target_type, self.target_id)

    @property
    def represented_place(self) -> Body | Unit | None:
        """The body or unit that the subject names; None where a person has to be chosen."""
        found = self.kind_info.place(self.subject)
        return (found.body or found.unit) if found else None

    @property
    def has_scans(self) -> bool:
        """Whether the steps themselves want a scan of the paper."""
        from portal.lifecycle.declared import step_of

        forms = [step_of(type(self.subject), name).form for name in self.kind_info.steps]
        fields = [field for form in forms if form for field in form.base_fields.values()]
        return any(isinstance(field, AttachmentField) and field.required for field in fields)

    def data_with_files(self) -> dict[str, Any]:
        """What the form of a step is sent: the entered data with fresh uploads in place of the kept files."""
        from portal.supervision.behalf.effects import copies

        return {**self.data, **{name: copies(keys) for name, keys in self.files.items()}}
