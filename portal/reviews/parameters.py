"""Parameters of reviews. None was read in a rule; all are defaults."""

from django.utils.translation import gettext_lazy as _

from portal.calls.parameters import Definition, define

define(
    Definition("panel_size", _("专家组最少人数"), _("人"), 5),
    Definition("same_employer_most", _("专家组中同一单位的最多人数"), _("人"), 1),
    Definition("score_step", _("评分最小单位"), _("分"), "0.5"),
    Definition("comment_below", _("低于该项分值的比例时须写明意见"), _("%"), 60),
    Definition("drop_extremes_from", _("去掉一个最高分和一个最低分的起始专家数"), _("人"), 7),
    Definition("missing_share", _("缺少评审表的最大比例（超过则评审无效）"), _("%"), 33),
    Definition("bonus_cap", _("加分项合计最多加分"), _("分"), 10),
    Definition("outlier_gap", _("与中位数相差多少分以上提示为异常分"), _("分"), 15),
    Definition("recusal_years", _("曾任职单位的回避年限"), _("年"), 3),
    Definition("answer_days", _("专家答复邀请的期限"), _("工作日"), 3),
    Definition("scoring_days", _("专家评分的期限（评审日期更晚的，以评审日期为准）"), _("工作日"), 5),
)
