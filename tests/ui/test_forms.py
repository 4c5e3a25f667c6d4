"""How forms look: label, help, required in words, errors beside the field and in the summary."""

from __future__ import annotations

import re

from django import forms


class Sample(forms.Form):
    title = forms.CharField(label="名称", help_text="与执照一致")
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label="同意")
    kind = forms.ChoiceField(label="类型", choices=[("a", "甲")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_has_label_help_and_a_word_for_required() -> None:
    html = str(Sample())
    assert '<label class="form-label" for="id_title">名称<span class="p-required">必填</span></label>' in html
    assert 'id="id_title_helptext">与执照一致' in html
    assert '<label class="form-label" for="id_note">备注</label>' in html
    assert "<legend" in html
    assert html.count('type="hidden"') == 1


def test_errors_stand_beside_the_field_and_in_the_summary_with_links() -> None:
    html = str(Sample({}))
    assert '<a href="#field-title">名称</a>' in html
    assert 'id="field-title"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'aria-describedby="[^"]*id_title_error', html)
    assert re.search(r'id="id_title_error".*?这个字段是必填项', html, re.DOTALL)


def test_a_valid_form_has_no_summary() -> None:
    assert "p-error-summary" not in str(Sample({"title": "甲", "agree": "on", "kind": "a"}))
