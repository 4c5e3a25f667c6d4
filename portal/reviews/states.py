"""The lives of a review round and of an expert's assignment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import HANDLER, Lifecycle, Party, State

EXPERT = Party("expert", _("评审专家"))
COMMISSIONED = Party("commissioned", _("受托单位"))

PREPARING = State(
    "preparing", _("筹备中"), waits_for=HANDLER, help=_("选定评审项目和专家，尚未发出邀请。"), tone="secondary"
)
INVITING = State("inviting", _("邀请中"), waits_for=EXPERT, help=_("邀请已发出，等待专家答复。"))
SCORING = State("scoring", _("评分中"), waits_for=EXPERT, help=_("专家作回避声明后查阅材料并评分，提交前互不可见。"))
CONCLUDED = State(
    "concluded", _("已结束"), terminal=True, good=True, help=_("评审已结束，评审表锁定，结论已记录。"), tone="green"
)
VOID = State("void", _("评审无效"), terminal=True, help=_("本次评审无效，可以重新组织。"), tone="red")
ROUND = Lifecycle("round", _("评审"), {s.id: s for s in (PREPARING, INVITING, SCORING, CONCLUDED, VOID)})
#: states of a round that is over
ENDED = (CONCLUDED.id, VOID.id)

INVITED = State("invited", _("待答复"), waits_for=EXPERT, help=_("邀请已发出，请接受或者谢绝。"), tone="yellow")
ACCEPTED = State(
    "accepted", _("已接受"), waits_for=EXPERT, help=_("已接受邀请；评分开始后由专家作出回避声明，之后方可查阅材料。")
)
DECLINED = State("declined", _("已谢绝"), terminal=True, help=_("专家谢绝了邀请。"), tone="secondary")
RECUSED = State("recused", _("已回避"), terminal=True, help=_("专家与项目存在利害关系，已回避。"), tone="orange")
RATING = State("rating", _("评分中"), waits_for=EXPERT, help=_("已声明无利害关系，可以查阅材料、评分。"))
ENTERED = State(
    "entered",
    _("代录待复核"),
    waits_for=HANDLER,
    help=_("经办人按纸质评审表代录，由另一名经办人或者处室负责人与扫描件核对后生效。"),
    tone="yellow",
)
SUBMITTED = State(
    "submitted",
    _("已提交"),
    help=_("评审表已提交，不能自行修改；确需更正的，请联系经办人退回。"),
    tone="green",
    waits_for=HANDLER,
)
LOCKED = State("locked", _("已锁定"), terminal=True, good=True, help=_("评审已结束，评审表归档。"), tone="green")
CANCELLED = State("cancelled", _("已取消"), terminal=True, help=_("评审取消，或者专家不再参加。"), tone="secondary")
ASSIGNMENT = Lifecycle(
    "assignment",
    _("专家评审"),
    {s.id: s for s in (INVITED, ACCEPTED, RATING, ENTERED, SUBMITTED, LOCKED, DECLINED, RECUSED, CANCELLED)},
)

APPOINTED = State("appointed", _("在聘"), waits_for=HANDLER, help=_("聘书有效，至聘期届满为止。"), tone="green")
DISMISSED = State("dismissed", _("已解聘"), terminal=True, help=_("聘期届满前解聘，聘书已撤销。"), tone="secondary")
APPOINTMENT = Lifecycle("appointment", _("专家聘任"), {s.id: s for s in (APPOINTED, DISMISSED)})
#: states of an assignment that is under way, of one whose sheet counts, of one that came to nothing
OPEN = (INVITED.id, ACCEPTED.id, RATING.id, ENTERED.id, SUBMITTED.id)
VALID = (SUBMITTED.id, LOCKED.id)
GONE = (DECLINED.id, RECUSED.id, CANCELLED.id)
