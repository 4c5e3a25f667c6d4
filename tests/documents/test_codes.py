"""Verification codes: unguessable, forgiving to those who type."""

from hypothesis import given
from hypothesis import strategies as st

from portal.documents import codes


def test_a_code_is_sixteen_signs_in_groups_of_four() -> None:
    made = {codes.new_code() for _ in range(500)}
    assert len(made) == 500
    assert all(len(code) == 19 and code.count("-") == 3 for code in made)
    assert not set("ILOU") & set("".join(made))


@given(st.text(alphabet=codes.ALPHABET, min_size=16, max_size=16))
def test_what_people_type_is_understood(signs: str) -> None:
    code = codes.grouped(signs)
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in signs)
    for typed in (code, signs, code.lower(), f" {code} ", full_width, signs.replace("0", "O").replace("1", "l")):
        assert codes.normalise(typed) == code


@given(st.text(max_size=40))
def test_anything_else_is_no_code(typed: str) -> None:
    found = codes.normalise(typed)
    assert found == "" or codes.normalise(found) == found


def test_examples_of_no_code() -> None:
    assert [codes.normalise(typed) for typed in ("", "7KQ2", "7KQ2-M0VD-4XNA-8RTU", "x" * 17)] == ["", "", "", ""]
