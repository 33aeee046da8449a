"""Slips with one-time codes on paper, to be cut and handed out: the PDF (R23)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from tms.documents.typeset import fonts
from tms.errors import Say, message

#: What a slip says besides its values. They come as data, never as source: a name is no markup.
WORDS: Final = {
    "title": message("教师账号条"),
    "name": message("姓名"),
    "number": message("个人标识码"),
    "code": message("一次性口令"),
    "until": message("有效期至"),
    "how": message("用本人证件号码登录，首次登录须修改口令。本条只交给本人，请勿拍照、转发。"),
}

SOURCE: Final = b"""
#let data = json(bytes(sys.inputs.data))
#let w = data.words
#set document(title: w.title)
#set text(font: "Noto Sans SC", size: 9.5pt, lang: "zh")
#set page(paper: "a4", margin: (x: 12mm, y: 14mm), footer: context align(right, text(7pt,
  [#data.made #h(1em) #counter(page).display()])))
#for (place, unit) in data.units.enumerate() {
  if place > 0 { pagebreak() }
  text(13pt, strong(unit.name)); h(1em); text(9pt, w.title + " " + str(unit.slips.len()))
  v(3mm)
  grid(columns: (1fr, 1fr), stroke: (dash: "dashed", thickness: 0.4pt), inset: 4mm,
    ..unit.slips.map(s => block(breakable: false, width: 100%)[
      #text(8pt, unit.name) \\
      #w.name #strong(s.name) #h(1fr) #text(8pt, w.number + " " + s.number) \\
      #v(1mm) #w.code #text(13pt, strong(raw(s.code))) \\
      #v(1mm) #text(8pt, w.until + " " + s.until) \\
      #text(7pt, w.how)
    ]))
}
"""


@dataclass(frozen=True)
class Slip:
    """One person's slip; the code is on paper only."""

    unit: str
    name: str
    number: str
    code: str
    until: str


def slips_pdf(slips: Sequence[Slip], made: str, say: Say) -> bytes:
    """The slips unit by unit, each unit from a new page, two beside each other.

    Made in memory: nothing of it is written to disk. Imported here, since the compiler is large
    and the server itself never needs it.
    """
    import typst

    units: dict[str, list[dict[str, Any]]] = {}
    for slip in slips:
        units.setdefault(slip.unit, []).append(asdict(slip))
    data = {
        "words": {key: str(say(text)) for key, text in WORDS.items()},
        "made": made,
        "units": [{"name": name, "slips": found} for name, found in units.items()],
    }
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    compiler: Any = typst
    made_of = compiler.compile(
        SOURCE, font_paths=[str(fonts())], ignore_system_fonts=True, sys_inputs=inputs
    )
    return bytes(made_of)
