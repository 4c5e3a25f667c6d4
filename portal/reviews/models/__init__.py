"""Experts, rounds, what is reviewed in them, each expert's assignment to a dossier, site visits, packages for the meeting."""

from portal.reviews.models.assignments import Assignment
from portal.reviews.models.experts import Employment, Expert, Qualification, Unavailability
from portal.reviews.models.packages import Package
from portal.reviews.models.rounds import Entry, Round, Seat
from portal.reviews.models.visits import Visit

__all__ = [
    "Assignment",
    "Employment",
    "Entry",
    "Expert",
    "Package",
    "Qualification",
    "Round",
    "Seat",
    "Unavailability",
    "Visit",
]
