"""What time does: drafts, returns and corrections that did not come."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.declaration import guards
from portal.declaration.duties import (
    CORRECTING,
    DRAFTING,
    RETURN_FIX,
)
from portal.declaration.states import (
    CORRECTION,
    DRAFT,
    LAPSED,
    RETURNED,
    WITHDRAWN,
)
from portal.declaration.steps.columns import Columns
from portal.lifecycle.states import APPLICANT, HANDLER, RECOMMENDER
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import BY_TIME


class TimeSteps(Columns):
    """What time does: drafts, returns and corrections that did not come."""

    class Meta:
        abstract = True

    @step(
        _("逾期失效"),
        source=[DRAFT.id, RETURNED.id],
        target=LAPSED.id,
        by=BY_TIME,
        guards=[guards.submission_is_over],
        closes=[DRAFTING, RETURN_FIX],
        tells=[APPLICANT],
        note=_("逾期未提交"),
        help=_("提交期限届满仍未提交的，申报自动失效。"),
    )
    def lapse(self, act: Act) -> None:
        """A draft or a return was not submitted in time."""

    @step(
        _("逾期未补正"),
        source=CORRECTION.id,
        target=WITHDRAWN.id,
        by=BY_TIME,
        guards=[guards.correction_is_over],
        closes=[CORRECTING],
        tells=[APPLICANT, RECOMMENDER, HANDLER],
        note=_("逾期未补正，视为撤回申报"),
        help=_("补正期限届满仍未提交补正的，视为撤回申报。"),
    )
    def lapse_correction(self, act: Act) -> None:
        """The correction did not come in time: 视为撤回申报."""
