"""What passwords are taken (SECURITY.md S14)."""

from __future__ import annotations

import time

import pytest

from tms.access.password_policy import COMMON, LONGEST, Profile, common, problem

DJBH3, ASVS = Profile.DJBH3, Profile.ASVS


@pytest.mark.parametrize("word", ["Zh7-mulan.river", "Lantern#4872kite", "雨後-Bamboo-77"])
def test_s14_good_ones_are_taken(word: str) -> None:
    assert problem(word, DJBH3) is None


@pytest.mark.parametrize(
    "word",
    [
        "Aa1-short",  # nine characters
        "lanternkitewave",  # one kind
        "lanternkite4872",  # two kinds
        "Password123!",
        "P@ssw0rd2026",
        "Woaini5201314!",
        "Qwerty@123456",
        "Jiaoyuju@2026",
        "Admin-20261122",
        "Aa1!Aa1!Aa1!Aa1!",  # four characters again and again
        "Abcdefgh123456!",  # one after the other
        "Xx1-" + "y" * LONGEST,
    ],
)
def test_s14_weak_ones_are_refused(word: str) -> None:
    assert problem(word, DJBH3) is not None


@pytest.mark.parametrize(
    ("word", "is_taken"),
    [("lantern kite wave", True), ("lanternkite", False), ("passwordpassword", False)],
)
def test_s14_asvs_asks_for_length_only(word: str, is_taken: bool) -> None:
    assert (problem(word, ASVS) is None) is is_taken


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("Info-360102-Kite#", "info-360102"),
        ("Kite#360102-Wave", "info-360102"),
        ("陈示例-Kite#4872", "陈示例"),
        ("ChenShiLi-Kite#72", "陈示例"),
        ("Kite#19850312-Wave", "19850312"),
    ],
)
def test_s14_nothing_that_is_known_of_the_holder(word: str, known: str) -> None:
    assert problem(word, DJBH3, [known]) is not None
    assert problem(word, DJBH3, ["somebody.else"]) is None


def test_s14_the_list_is_ours_and_has_both_languages() -> None:
    assert COMMON.is_file()
    assert {"password", "woaini", "qwerty", "jiaoyu", "5201314"} <= common()
    assert len(common()) > 300


def test_s28_long_input_takes_linear_time() -> None:
    began = time.process_time()
    problem("aB1-" * 25_000, DJBH3, ["somebody"])
    problem("a!" * 64, ASVS, ["陈示例"])

    assert time.process_time() - began < 0.5
