"""Codes are read from paper and typed by people (SECURITY.md S15, S18)."""

from __future__ import annotations

import pytest

from tms.access.passwords import as_code, one_time_code, plain_code


@pytest.mark.parametrize(
    "typed",
    [
        "ABCD-EFGH-JKMN-2345",
        "abcdefghjkmn2345",
        " abcd efgh jkmn 2345 ",
        "ＡＢＣＤ－ｅｆｇｈ—JKMN　２３４５",
    ],
)
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert as_code(typed) == "ABCD-EFGH-JKMN-2345"


def test_what_cannot_be_a_code_stays_as_it_is() -> None:
    for typed in ("", "abcd-efgh", "Very-Long Password 1", "ABCD-EFGH-JKMN-234O"):
        assert as_code(typed) == typed


def test_what_is_printed_is_what_is_compared() -> None:
    code = one_time_code()

    assert as_code(code) == code
    assert plain_code(code) == code.replace("-", "")
