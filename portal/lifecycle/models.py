"""Chains of history and the records on them; the abstract base of everything that has a lifecycle."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField

from portal.lifecycle.states import NEW, Lifecycle, State

if TYPE_CHECKING:
    from portal.accounts.actors import Actor
    from portal.lifecycle.steps import Act


class Chain(models.Model):
    """One append-only history. Its row is the lock under which the next record is written."""

    head_seq = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, blank=True)
    head_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"chain {self.pk} ({self.head_seq})"


class RecordQuerySet(models.QuerySet["Record"]):
    """Records can be read and appended."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("a record is never changed")

    def delete(self) -> NoReturn:
        raise TypeError("a record is never deleted")


class Record(models.Model):
    """One fact of a history: who did what in which role, when, with which data. Never changed, never deleted.

    `payload` is the canonical JSON that was hashed together with the predecessor's hash; the columns repeat it for
    queries. Names and addresses stand in `RecordPerson`, which can be erased by law; the payload holds their HMAC.
    """

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="records")
    seq = models.PositiveIntegerField()
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    step = models.CharField(max_length=60)
    label = models.CharField(_("事项"), max_length=60)
    from_state = models.CharField(max_length=50)
    to_state = models.CharField(max_length=50)
    shown_state = models.CharField(max_length=50)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("角色"), max_length=20, blank=True)
    unit_id = models.BigIntegerField(null=True)
    body_id = models.BigIntegerField(null=True)
    place = models.CharField(_("单位"), max_length=100, blank=True)
    at = models.DateTimeField(_("时间"))
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    opinion = models.TextField(_("意见"), blank=True)
    inside = models.BooleanField(_("仅内部可见"), default=False)
    payload = models.TextField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("办理记录")
        ordering = ["chain", "seq"]
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="record_chain_seq")]
        indexes = [models.Index(fields=["subject_type", "subject_id", "seq"])]

    def __str__(self) -> str:
        return f"{self.label} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a record is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("a record is never deleted")


class RecordPerson(models.Model):
    """The personal part of a record: erasable by law, bound to the chain by an HMAC with this row's salt."""

    record = models.OneToOneField(Record, on_delete=models.CASCADE, related_name="person", primary_key=True)
    name = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=45, blank=True)
    salt = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.name


class Subject(ConcurrentTransitionMixin, models.Model):
    """Anything with a lifecycle. `state` is changed by the door alone; `revision` grows with each change."""

    state = FSMField(_("状态"), default=NEW, protected=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="+", editable=False)

    #: set by each concrete class
    lifecycle: ClassVar[Lifecycle]
    #: what rules and effects of its steps read of its neighbours: the door reads them with the subject, in one query
    neighbours: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """As Django's, but safe with the protected state.

        The library's version lifts the protection for the whole process while it runs, and for good when it fails;
        here the state is taken out of the instance instead, so that reading it anew is not a change.
        """
        if fields is None:
            # Named one by one: a state that is taken out counts as deferred and would not be read.
            deferred = self.get_deferred_fields()
            names = [f.attname for f in self._meta.concrete_fields if f.attname not in deferred]
            self._prefetched_objects_cache: dict[str, Any] = {}
            for relation in self._meta.related_objects:
                if relation.is_cached(self):
                    relation.delete_cached_value(self)
        else:
            names = list(fields)
        taken = {"state": self.__dict__.pop("state")} if "state" in names and "state" in self.__dict__ else {}
        try:
            models.Model.refresh_from_db(self, using=using, fields=names, from_queryset=from_queryset)
        except Exception:
            self.__dict__.update(taken)
            raise
        if "state" in names:
            self._update_initial_state()

    def _update_initial_state(self) -> None:
        """As the library's, but a deferred state stays deferred: it would cost a query for each row of a list."""
        if "state" in self.__dict__:
            super()._update_initial_state()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's; an update is bound to the state that was read, so a deferred one is read now."""
        self.state  # noqa: B018
        super().save(*args, **kwargs)

    @classmethod
    def label_of_type(cls) -> str:
        """The name under which records refer to this class."""
        return cls._meta.label_lower

    @property
    def state_info(self) -> State:
        """The present state's declaration."""
        return self.lifecycle.state(self.state)

    def state_for(self, actor: Actor) -> State:
        """The state as this actor may know it: outsiders see what was announced."""
        info = self.state_info
        return info if actor.is_inside else self.lifecycle.state(info.shown_id)

    def settle(self, act: Act) -> None:
        """Brings columns that follow from the state up to date; called by the door after the transition."""

    def lock_before(self) -> None:
        """Locks what has to be locked before this subject: everybody takes locks in one order.

        A subject around another one (whose chain it writes to) locks that one first. Called by the door.
        """

    def describe(self) -> str:
        """How messages and refusals name this subject."""
        return str(self)
