"""Whether the subjects stand where their histories lead."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Lag

from portal.lifecycle.declared import steps_of, subjects
from portal.lifecycle.models import Record, Subject
from portal.lifecycle.states import NEW


def problems() -> Iterator[str]:
    """What does not agree between subjects, their records and the declaration, in English for operators."""
    models = list(subjects().values())
    for model in models:
        yield from _states(model)
    yield from _edges(models)
    yield from _breaks()
    yield from _orphans(models)


def _states(model: type[Subject]) -> Iterator[str]:
    """Each subject's state is the one its last step leads to, on its own chain."""
    last = Record.objects.filter(subject_type=model.label_of_type(), subject_id=OuterRef("pk")).exclude(step="")
    found = model._default_manager.annotate(
        led_to=Subquery(last.order_by("-seq").values("to_state")[:1]),
        led_on=Subquery(last.order_by("-seq").values("chain_id")[:1]),
    )
    wrong = found.filter(Q(led_to=None) | ~Q(state=F("led_to")) | ~Q(chain_id=F("led_on")))
    for pk, state, led_to, chain, led_on in wrong.values_list("pk", "state", "led_to", "chain_id", "led_on").iterator():
        where = f"{model._meta.label_lower} {pk}"
        if led_to is None:
            yield f"{where}: has no history"
        elif state != led_to:
            yield f"{where}: is in state {state}, its history leads to {led_to}"
        else:
            yield f"{where}: is on chain {chain}, its records are on chain {led_on}"


def _edges(models: list[type[Subject]]) -> Iterator[str]:
    """Each recorded step is one that the declaration knows, between states that it joins."""
    by_label = _by_label(models)
    alone = [label for label, sharing in by_label.items() if len(sharing) == 1]
    of_one = _ways(Record.objects.filter(subject_type__in=alone))
    found = [(by_label[label][0], name, source, target) for label, name, source, target in of_one]
    for model in models:
        if model.label_of_type() not in alone:
            keys = model._default_manager.values("pk")
            mine = Record.objects.filter(subject_type=model.label_of_type(), subject_id__in=keys)
            found += [(model, name, source, target) for _label, name, source, target in _ways(mine)]
    for model, name, source, target in found:
        if not name:
            if source != target:
                yield f"{model._meta.label_lower}: a note leads on from {source}"
            continue
        known = steps_of(model).get(name)
        if not (known and known.leads_from(source) and target == (known.target or source)):
            yield f"{model._meta.label_lower}: {name} from {source} to {target} is recorded, but not declared"


def _ways(records: QuerySet[Record]) -> QuerySet[Record, tuple[str, str, str, str]]:
    """Type, step, and the states before and after, each once."""
    return records.order_by().values_list("subject_type", "step", "from_state", "to_state").distinct()


def _by_label(models: list[type[Subject]]) -> dict[str, list[type[Subject]]]:
    """The models by the name under which their records stand; programmes share that of the dossier."""
    found: dict[str, list[type[Subject]]] = {}
    for model in models:
        found.setdefault(model.label_of_type(), []).append(model)
    return found


def _breaks() -> Iterator[str]:
    """Each record begins in the state that the one before it on the same subject led to; the first one in none."""
    before = Window(Lag("to_state"), partition_by=["subject_type", "subject_id"], order_by=["chain_id", "seq"])
    linked = Record.objects.order_by().annotate(before=before)
    wrong = linked.filter(Q(before=None) & ~Q(from_state=NEW) | Q(before__isnull=False) & ~Q(from_state=F("before")))
    for chain, seq, source, came in wrong.values_list("chain_id", "seq", "from_state", "before"):
        yield f"chain {chain} record {seq}: begins in {source}, its predecessor led to {came or NEW}"


def _orphans(models: list[type[Subject]]) -> Iterator[str]:
    """Each record belongs to a subject that is there."""
    by_label = _by_label(models)
    for label in Record.objects.order_by().values_list("subject_type", flat=True).distinct():
        known = Q()
        for model in by_label.get(label, ()):
            known |= Q(subject_id__in=model._default_manager.values("pk"))
        lost = Record.objects.filter(subject_type=label)
        for pk in (lost.exclude(known) if known else lost).order_by().values_list("subject_id", flat=True).distinct():
            yield f"{label} {pk}: has a history, but is not there"
