"""The front end whole."""

from __future__ import annotations

from portal.declaration.steps.applicant import ApplicantSteps
from portal.declaration.steps.bureau import BureauSteps
from portal.declaration.steps.recommender import RecommenderSteps
from portal.declaration.steps.time import TimeSteps


class FrontEnd(ApplicantSteps, RecommenderSteps, BureauSteps, TimeSteps):
    """A dossier with the columns and steps that all programmes with a recommender share up to acceptance."""

    class Meta:
        abstract = True
