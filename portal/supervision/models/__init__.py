"""Tables of the acts around a dossier."""

from portal.supervision.models.behalf import OnBehalf, OnBehalfQuerySet
from portal.supervision.models.changes import Contact, ContactQuerySet, UnitChange, UnitChangeQuerySet
from portal.supervision.models.correction import Correction, CorrectionQuerySet
from portal.supervision.models.docket import (
    Deputy,
    DeputyQuerySet,
    Docket,
    DocketItem,
    DocketItemQuerySet,
    DocketQuerySet,
)
from portal.supervision.models.endorsement import Endorsement, EndorsementQuerySet
from portal.supervision.models.enquiry import Enquiry, EnquiryQuerySet
from portal.supervision.models.rectification import Rectification, RectificationQuerySet
from portal.supervision.models.request import Request, RequestQuerySet
from portal.supervision.models.statement import Statement, StatementQuerySet
from portal.supervision.models.suspension import Suspension, SuspensionQuerySet

__all__ = [
    "Contact",
    "ContactQuerySet",
    "Correction",
    "CorrectionQuerySet",
    "Deputy",
    "DeputyQuerySet",
    "Docket",
    "DocketItem",
    "DocketItemQuerySet",
    "DocketQuerySet",
    "Endorsement",
    "EndorsementQuerySet",
    "Enquiry",
    "EnquiryQuerySet",
    "OnBehalf",
    "OnBehalfQuerySet",
    "Rectification",
    "RectificationQuerySet",
    "Request",
    "RequestQuerySet",
    "Statement",
    "StatementQuerySet",
    "Suspension",
    "SuspensionQuerySet",
    "UnitChange",
    "UnitChangeQuerySet",
]
