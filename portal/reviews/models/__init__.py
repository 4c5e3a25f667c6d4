"""Experts, their appointments, draws, rounds, what is reviewed in them, each expert's assignment to a dossier, site visits, packages for the meeting."""

from portal.reviews.models.appointments import Appointment
from portal.reviews.models.assignments import Assignment
from portal.reviews.models.draws import Draw
from portal.reviews.models.experts import Employment, Expert, Qualification, Unavailability
from portal.reviews.models.packages import Package
from portal.reviews.models.rounds import Entry, Round, Seat
from portal.reviews.models.visits import Visit

__all__ = [
    "Appointment",
    "Assignment",
    "Draw",
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
