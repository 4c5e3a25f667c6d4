"""Reading a subject anew keeps the protection of its state, also after a failure (the library's own way does not)."""

from __future__ import annotations

import pytest
from django.db import transaction
from django_fsm import ConcurrentTransition

from tests.lifecycle.conftest import Desk
from tests.lifecycle.parcel import Parcel

pytestmark = pytest.mark.django_db


def protected(parcel: Parcel) -> bool:
    """Whether a direct change of the state is refused, for this instance and for a fresh one."""
    for instance in (parcel, Parcel.objects.first()):
        try:
            instance.state = "lost"  # type: ignore[union-attr]
        except AttributeError:
            continue
        return False
    return bool(Parcel._meta.get_field("state").protected)


def test_one_query_reads_state_and_revision_together(desk: Desk, django_assert_num_queries: object) -> None:
    Parcel.objects.filter(pk=desk.parcel.pk).update(state="refused", revision=5, weight=8)
    with django_assert_num_queries(1):  # type: ignore[operator]
        desk.parcel.refresh_from_db()
    assert (desk.parcel.state, desk.parcel.revision, desk.parcel.weight) == ("refused", 5, 8)
    assert protected(desk.parcel)
    desk.parcel.save()  # knows the state it was read in


def test_single_fields(desk: Desk) -> None:
    Parcel.objects.filter(pk=desk.parcel.pk).update(state="refused", weight=8)
    desk.parcel.refresh_from_db(fields=["weight"])
    assert (desk.parcel.state, desk.parcel.weight) == ("packed", 8)
    with pytest.raises(ConcurrentTransition), transaction.atomic():
        desk.parcel.save()
    desk.parcel.refresh_from_db(fields=["state"])
    assert desk.parcel.state == "refused"
    assert protected(desk.parcel)


def test_a_row_that_is_gone_leaves_the_instance_and_the_protection(desk: Desk) -> None:
    kept = Parcel.objects.get(pk=desk.parcel.pk)
    Parcel.objects.filter(pk=desk.parcel.pk).delete()
    for fields in (None, ["state"], ["state", "weight"]):
        with pytest.raises(Parcel.DoesNotExist):
            kept.refresh_from_db(fields=fields)
        assert kept.state == "packed"
        with pytest.raises(AttributeError):
            kept.state = "lost"
    assert Parcel._meta.get_field("state").protected


def test_a_deferred_state_is_read_when_it_is_asked_for(desk: Desk, django_assert_num_queries: object) -> None:
    lean = Parcel.objects.defer("weight").get(pk=desk.parcel.pk)
    with django_assert_num_queries(1):  # type: ignore[operator]
        lean.refresh_from_db()
    assert "weight" not in lean.__dict__
    with django_assert_num_queries(1):  # type: ignore[operator]
        leaner = Parcel.objects.only("weight").get()
    leaner.weight = 3
    leaner.save()
    assert Parcel.objects.only("weight").get(pk=desk.parcel.pk).state == "packed"


def test_cached_neighbours_are_read_anew(desk: Desk) -> None:
    parcel = Parcel.objects.select_related("sender").get(pk=desk.parcel.pk)
    Parcel.objects.filter(pk=parcel.pk).update(sender=desk.stranger.membership.unit)  # type: ignore[union-attr]
    parcel.refresh_from_db()
    assert parcel.sender_id == desk.stranger.unit_id
    assert parcel.sender == desk.stranger.membership.unit  # type: ignore[union-attr]
