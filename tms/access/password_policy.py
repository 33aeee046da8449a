"""What a password of one's own must be: two profiles, both offline (SECURITY.md S14, "conflict").

`djbh3` (default) is what assessors of 等级保护 ask for: ten characters of three kinds. `asvs`
follows OWASP ASVS 5.0: twelve characters of any kind. Both refuse what is commonly guessed and what
is known of the holder, and neither makes passwords expire: who must, resets them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from pypinyin import lazy_pinyin

from tms.errors import Message, message


class Profile(StrEnum):
    """Setting TMS_PASSWORD_PROFILE."""

    DJBH3 = "djbh3"
    ASVS = "asvs"


@dataclass(frozen=True)
class Demands:
    """Length, and kinds of characters out of four."""

    length: int
    kinds: int


DEMANDS: Final = {Profile.DJBH3: Demands(10, 3), Profile.ASVS: Demands(12, 0)}
LONGEST: Final = 128
#: Fewer different characters than this are no password however long.
DIFFERENT: Final = 5
KINDS: Final = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
COMMON: Final = Path(__file__).parent / "data" / "common_passwords.txt"
#: How letters are usually disguised.
LEET: Final = str.maketrans("@4031!$57", "aaoeiisst")
#: A piece of what is known of somebody is not looked for when it is shorter.
PIECE: Final = 4
RUN: Final = 0.7


def demands(profile: str) -> Message:
    """What is demanded, for the form."""
    asked = DEMANDS[Profile(profile)]
    if asked.kinds:
        return message(
            "至少%(n)d个字符，含大写字母、小写字母、数字、符号中的三种；"
            "不能是常见口令，不能含姓名、用户名或证件号码。",
            n=asked.length,
        )
    return message(
        "至少%(n)d个字符，例如几个不相干的词；不能是常见口令，不能含姓名、用户名或证件号码。",
        n=asked.length,
    )


def problem(password: str, profile: str, known: Iterable[str] = ()) -> Message | None:
    """Why *password* is not taken; None if it is.

    :param known: what strangers may know of the holder: names, numbers.
    """
    asked = DEMANDS[Profile(profile)]
    if len(password) < asked.length:
        return message("口令至少要%(n)d个字符。", n=asked.length)
    if len(password) > LONGEST:
        return message("口令最多%(n)d个字符。", n=LONGEST)
    if sum(bool(re.search(kind, password)) for kind in KINDS) < asked.kinds:
        return message("口令要含大写字母、小写字母、数字、符号中的至少三种。")
    if contains(password, known):
        return message("口令不能含姓名、用户名、出生日期或证件号码。")
    if is_common(password):
        return message("这个口令太常见，容易被猜中，请换一个。")
    return None


def contains(password: str, known: Iterable[str]) -> bool:
    """Whether a piece of *known* stands in *password*, in letters or in Pinyin."""
    typed = password.lower()
    return any(piece in typed for text in known for piece in _pieces(text.lower()))


def _pieces(text: str) -> set[str]:
    if not text.isascii():
        spelled = "".join(lazy_pinyin(text))
        return {text, *({spelled} if len(spelled) >= PIECE else set())}
    found = {piece for piece in re.split(r"[^a-z0-9]+", text) if len(piece) >= PIECE}
    return found | ({text} if len(text) >= PIECE else set())


def is_common(password: str) -> bool:
    """Whether it is a common one, dressed up with digits and signs, or no more than a pattern."""
    typed = password.lower()
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", typed)
    bare = re.sub(r"^[\W_]+|[\W_]+$", "", typed)
    plain = re.sub(r"^[^a-z]+|[^a-z]+$", "", re.sub(r"[\W\d_]+$", "", typed).translate(LEET))
    once = typed[: (typed + typed).find(typed, 1)]  # of what is repeated
    tried = {typed, once, core, bare, plain, *re.split(r"[\W_]+", typed)} - {""}
    return bool(tried & common()) or len(set(typed)) < DIFFERENT or _is_run(typed)


def _is_run(typed: str) -> bool:
    """Whether most characters follow the one before: 12345678, abcdefgh, aaaaaaaa."""
    steps = [abs(ord(after) - ord(before)) <= 1 for before, after in pairwise(typed)]
    return sum(steps) > RUN * len(steps)


@cache
def common() -> frozenset[str]:
    """Words and patterns that are tried first, in Chinese and English."""
    return frozenset(COMMON.read_text("utf-8").split())
