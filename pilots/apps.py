from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PilotsConfig(AppConfig):
    name = "pilots"
    verbose_name = _("市级标准化试点")

    def ready(self) -> None:
        from pilots import (  # noqa: F401
            form,
            gaps,
            imports,
            lines,
            matters,
            overview,
            parameters,
            plan,
            request_matters,
            requests,
            running_matters,
            watching,
        )
        from pilots import register as public_register  # noqa: F401
        from pilots.models import Pilot
        from portal.accounts.models import Body
        from portal.dossiers.programmes import Programme, register

        register(
            Programme(
                id="pilots",
                label=_("市级标准化试点项目"),
                short_label=_("标准化试点"),
                model=Pilot,
                serial="SD",
                summary=_(
                    "在社会管理、公共服务、科技创新、制造业等领域开展标准化试点，形成可复制、可推广的标准化成果。"
                ),
                recommender_kinds=(Body.Kind.DEPARTMENT, Body.Kind.DISTRICT_BUREAU),
            )
        )
        from pilots.demo import loader  # noqa: F401 - registers the demonstration
