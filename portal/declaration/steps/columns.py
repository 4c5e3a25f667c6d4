"""The columns of the front end, and what follows from them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Body
from portal.declaration.states import NOT_RECOMMENDED
from portal.dossiers.asks import Ask
from portal.dossiers.models import Dossier
from portal.lifecycle.steps import Act


def _recommender_of(dossier: Dossier) -> Body | None:
    return dossier.recommender


#: the recommender's consent to a correction that changes content; acceptance waits for it
CONTENT_CORRECTION = Ask(
    "content_correction",
    _("补正内容确认"),
    _("申报单位补正涉及实质内容，请确认是否同意补正后的内容。"),
    of=_recommender_of,
    holds=("accept",),
)


class Columns(Dossier):
    """Columns that all programmes with a recommender share up to acceptance."""

    opinion = models.TextField(_("推荐部门意见"), blank=True, editable=False)
    opinion_noted_at = models.DateTimeField(null=True, editable=False)
    return_due_on = models.DateField(_("退回修改期限"), null=True, editable=False)
    return_recommend_until = models.DateField(_("退回修改后的推荐期限"), null=True, editable=False)
    late_until = models.DateField(_("补报提交期限"), null=True, editable=False)
    late_recommend_until = models.DateField(_("补报推荐期限"), null=True, editable=False)
    corrections = models.PositiveSmallIntegerField(_("补正次数"), default=0, editable=False)
    correction_due_on = models.DateField(_("补正期限"), null=True, editable=False)
    correction_points = models.JSONField(_("补正事项"), default=list, editable=False)
    second_correction_asked_at = models.DateTimeField(null=True, editable=False)
    second_correction_agreed_at = models.DateTimeField(null=True, editable=False)
    copies = models.PositiveSmallIntegerField(_("收到纸质份数"), null=True, editable=False)
    copies_received_on = models.DateField(_("纸质材料收到日期"), null=True, editable=False)
    copies_receiver = models.CharField(_("纸质材料接收人"), max_length=40, blank=True, editable=False)
    copied_from = models.ForeignKey(
        Dossier,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="%(class)s_copies",
        verbose_name=_("复制自"),
    )

    class Meta:
        abstract = True

    @property
    def follows_refusal(self) -> bool:
        """Whether this is a copy of a declaration under the same call that another body did not recommend."""
        source = self.copied_from
        return bool(source and source.call_id == self.call_id and source.state == NOT_RECOMMENDED.id)

    def asks_of(self, act: Act) -> tuple[Ask, ...]:
        """The endorsements that a step asks for. A programme adds its own."""
        if act.step.name == "supplement" and any(point["content"] for point in self.correction_points):
            return (CONTENT_CORRECTION,)
        return ()

    def _take_over(self, act: Act) -> None:
        """Whoever of the desk acts first is the handler from then on."""
        if self.handler_id is None and act.actor.membership:
            self.handler = act.actor.membership
