"""How an export is to look: language, codes, and what it shows beyond the mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from tms.access import Actor, Permission
from tms.errors import Invalid, message

#: What stands for a code: itself, what it is called, or both. What has the code imports unchanged;
#: labels alone are for reading, since a list may bear one label twice.
Codes = Literal["code", "label", "code-label"]
CODES: Final[tuple[Codes, ...]] = get_args(Codes)
#: A purpose shorter than this says nothing.
SHORTEST: Final = 4
LONGEST: Final = 200


@dataclass(frozen=True)
class How:
    """How an export is to look, whatever it holds."""

    lang: str = "zh"
    codes: Codes = "code-label"
    #: With each row's number and version, out of sight, so that an import knows what was changed.
    for_editing: bool = False
    #: Why numbers are wanted in full; empty masks them.
    purpose: str = ""


def require_how(actor: Actor, how: How) -> None:
    """:raises NotAllowed: the role may not take full numbers. :raises Invalid: a choice is none."""
    if how.codes not in CODES:
        raise Invalid(message("代码的写法应为代码、名称或两者。"))
    if not how.purpose:
        return
    actor.require(Permission.UNMASK)
    if not SHORTEST <= len(how.purpose.strip()) <= LONGEST:
        raise Invalid(
            message("请写明导出完整号码的用途（%(low)d至%(high)d字）。", low=SHORTEST, high=LONGEST)
        )
