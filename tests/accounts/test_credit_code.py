"""The credit code: the standard's samples, and what holds for every code."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts import credit_code
from portal.accounts.credit_code import CHARSET

codes17 = st.builds(
    lambda head, region, body: head + region + body,
    st.text(CHARSET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(CHARSET, min_size=9, max_size=9),
)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000101623741K", "911101066976941872"])
def test_valid_samples(code: str) -> None:
    credit_code.validate(code)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("91350211M0000XUF46", "第 18 位校验不正确"),
        ("91350100M000100Y4", "应为 18 位，现为 17 位"),
        ("", "应为 18 位，现为 0 位"),
        ("91350I00M000100Y43", "不含 I、O、S、V、Z"),
        ("91350100m000100Y43", "大写字母"),
    ],
)
def test_what_is_wrong_is_said(code: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        credit_code.validate(code)


@pytest.mark.parametrize(
    "text", ["91350100m000100y43", "９１３５０１００Ｍ０００１００Ｙ４３", " 9135-0100 M000 100Y 43 "]
)
def test_full_width_lower_case_and_spaces_are_normalised(text: str) -> None:
    assert credit_code.normalise(text) == "91350100M000100Y43"


@given(codes17)
def test_the_check_digit_makes_a_code_valid(first: str) -> None:
    digit = credit_code.check_digit(first)
    assert digit in CHARSET
    assert credit_code.is_valid(first + digit)
    assert sum(credit_code.is_valid(first + other) for other in CHARSET) == 1, "exactly one character fits"


@given(codes17, st.integers(0, 16), st.sampled_from(CHARSET))
def test_any_single_wrong_character_is_found(first: str, place: int, wrong: str) -> None:
    code = first + credit_code.check_digit(first)
    if wrong != code[place]:
        assert not credit_code.is_valid(code[:place] + wrong + code[place + 1 :])


@given(st.text(max_size=30))
def test_any_text_is_either_valid_or_explained(text: str) -> None:
    code = credit_code.normalise(text)
    assert credit_code.normalise(code) == code
    if credit_code.is_valid(code):
        credit_code.validate(code)
        assert isinstance(credit_code.warnings(code), list)
    else:
        with pytest.raises(ValidationError, match=r"[一-鿿]"):
            credit_code.validate(code)


def test_warnings_do_not_block() -> None:
    assert any("不是上海市" in text for text in credit_code.warnings("91110000101623741K"))
