"""The public verification of papers."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.network import client_address
from portal.documents import codes, queries, verification
from portal.documents.verification import FILE_UNKNOWN, Verdict, verdict_on


class CodeForm(forms.Form):
    """The code as printed on the paper."""

    code = forms.CharField(
        label=_("校验码"),
        max_length=60,
        help_text=_("印在文书页脚或者二维码旁，16 位字母和数字，如 7KQ2-M0VD-4XNA-8RTE；不区分大小写。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = codes.normalise(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("校验码应为 16 位字母和数字，请核对后重新输入。"))
        return code


class FileForm(forms.Form):
    """The PDF file as it was downloaded."""

    file = forms.FileField(
        label=_("PDF 文件"),
        help_text=_("选择从本平台下载的原始 PDF 文件；只比对校验值，不保存文件。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_file(self) -> str:
        """The file's SHA-256."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
            raise forms.ValidationError(_("文件不应超过 %(limit)s MB。"), params={"limit": limit})
        return verification.digest_of(file)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Takes a code (GET) or a PDF file (POST) and answers with the verdict."""
    if not verification.may_ask(client_address(request)):
        return _too_many(request)
    if request.method == "POST":
        return _verify_file(request)
    if "code" in request.GET:
        form = CodeForm(request.GET)
        if form.is_valid():
            return redirect("verify_code", form.cleaned_data["code"])
        return _page(request, code_form=form, status=422)
    return _page(request)


@login_not_required
@never_cache
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """The verdict on one code: where the QR code of a paper leads."""
    address = client_address(request)
    if not verification.may_ask(address):
        return _too_many(request)
    normal = codes.normalise(code)
    if normal and normal != code:
        return redirect("verify_code", normal)
    paper = queries.by_code(normal)
    if paper is None:
        verification.note_miss(address)
    return _page(request, verdict=verdict_on(paper), status=200 if paper else 404, code=normal)


def _verify_file(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, file_form=form, status=422)
    paper = queries.by_hash(form.cleaned_data["file"])
    if paper is None:
        verification.note_miss(client_address(request))
        return _page(request, verdict=FILE_UNKNOWN, status=404)
    return _page(request, verdict=verdict_on(paper), compared=True)


def _too_many(request: HttpRequest) -> HttpResponse:
    return _page(request, status=429, too_many=True)


def _page(
    request: HttpRequest,
    *,
    verdict: Verdict | None = None,
    code_form: CodeForm | None = None,
    file_form: FileForm | None = None,
    code: str = "",
    compared: bool = False,
    too_many: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "verdict": verdict,
        "code_form": code_form or CodeForm(initial={} if verdict and verdict.paper else {"code": code}),
        "file_form": file_form or FileForm(),
        "code": code,
        "compared": compared,
        "too_many": too_many,
    }
    response = render(request, "documents/verify.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
