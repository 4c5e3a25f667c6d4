"""我的信息: what an expert keeps up to date, and when the expert is not available."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts.http import HttpRequest
from portal.reviews import keeping
from portal.reviews.models import Expert
from portal.reviews.page_forms import OwnExpertForm, tables_of
from portal.reviews.views.common import for_experts


@for_experts
def me(request: HttpRequest) -> HttpResponse:
    """The own entry of the register; an account that belongs to no entry is told whom to ask."""
    found = Expert.objects.visible_to(request.actor).first()
    if found is None:
        return render(request, "reviews/me_none.html")
    data = request.POST if request.method == "POST" else None
    form, tables = OwnExpertForm(data, instance=found), tables_of(found, data)
    if data is not None and all([form.is_valid(), *[table.is_valid() for table in tables]]):
        keeping.save_expert(form, tables, actor=request.actor)
        messages.success(request, _("您的信息已保存。"))
        return redirect("reviews:me")
    context = {"form": form, "tables": [tables[2], *tables[:2]], "expert": found}
    return render(request, "reviews/me.html", context, status=422 if data is not None else 200)
