"""填报说明 on paper: table by table what each field wants (R36). Nothing of a person is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from tms.documents.typeset import fonts

SOURCE: Final = b"""
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(font: "Noto Sans SC", size: 8.5pt, lang: data.lang)
#set page(paper: "a4", flipped: true, margin: (x: 12mm, y: 13mm), footer: context align(right,
  text(7pt, data.title + " " + data.category + " " + counter(page).display("1 / 1", both: true))))
#text(15pt, strong(data.title)) #h(1em) #text(11pt, data.category)
#for chapter in data.chapters {
  v(3mm)
  block(sticky: true, text(11pt, strong(chapter.label)) + h(1em) + data.by + chapter.filler)
  table(columns: (14%, 9%, 8%, 17%, 26%, 26%), stroke: 0.3pt + gray, inset: 1.6mm,
    table.header(..data.heads.map(h => strong(h))),
    ..chapter.lines.flatten().map(cell => [#cell]))
}
"""


def guide_pdf(data: Mapping[str, Any]) -> bytes:
    """The guide: `title`, `category`, `heads`, `by`, `lang`, and `chapters` with their `lines`.

    Imported here, since the compiler is large and the server itself rarely needs it.
    """
    import typst

    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    compiler: Any = typst
    made = compiler.compile(
        SOURCE, font_paths=[str(fonts())], ignore_system_fonts=True, sys_inputs=inputs
    )
    return bytes(made)
