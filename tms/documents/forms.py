"""教师个人信息表: the form that a teacher signs, as PDF (R44, DOMAIN.md 13)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone
from types import MappingProxyType
from typing import Any, Final

from tms.documents.form_layout import Layout
from tms.documents.typeset import Document
from tms.errors import Message, message
from tms.records.business import BUSINESS
from tms.records.fingerprint import shortened
from tms.records.printed_forms import Paper

SOURCE: Final = "form.typ"
BEIJING: Final = timezone(timedelta(hours=8))
#: A document holds so many: its process stays near 300 MiB, and its fonts are shared by many.
TOGETHER: Final = 50
NONE: Final[Mapping[int, str]] = MappingProxyType({})
CHECK: Final = "form/check/?code="

TITLE: Final = message("教师个人信息表")
#: What a form says besides its values.
WORDS: Final = {
    "title": TITLE,
    "photo": message("照片"),
    "promise": message("本人承诺以上信息真实、准确、完整。"),
    "signer": message("本人签名"),
    "day": message("日期"),
    "unit": message("二级单位审核（签章）"),
    "school": message("学校审核（签章）"),
    "scan": message("扫码核验"),
    "page": message("第{page}页，共{pages}页"),
}
SCHOOL: Final = message("学校")
UNIT: Final = message("二级单位")
NAME: Final = message("姓名")
NUMBER: Final = message("个人标识码")
MADE: Final = message("导出时间")
VERSION: Final = message("数据版本")
CODE: Final = message("校验码")
BASIS: Final = message("本表只含已审核生效的数据，由系统生成，以二维码核验为准。")
OPEN: Final = message("完整性检测还有错误未改，本表仅供核对，签字无效。")


@dataclass(frozen=True)
class Press:
    """Where papers are printed: how they are laid out, and the address at which they are checked.

    :param base: of the site, as browsers see it, with a stroke at its end.
    """

    layout: Layout
    base: str

    def begin(self, papers: Sequence[Paper], photos: Mapping[int, str] = NONE) -> Document:
        """One document of *papers*, at most `TOGETHER`.

        :param photos: drawings by file.
        """
        say = self.layout.say
        data = {
            "lang": self.layout.lang,
            "words": {key: say(text) for key, text in WORDS.items()},
            "forms": [
                self._form(paper) | {"photo": photos.get(paper.file.header.id, "")}
                for paper in papers
            ],
        }
        return Document(SOURCE, data)

    def _form(self, paper: Paper) -> dict[str, Any]:
        say, file, code = self.layout.say, paper.file, grouped(paper.code)
        return {
            "title": say(title_of(paper)),
            "is_signed": not paper.business,
            "basis": say(BASIS) if paper.business else "",
            "head": self._head(paper),
            "warning": say(OPEN) if paper.errors else "",
            "parts": self.layout.parts(file),
            "foot": f"{say(CODE)} {code} · {self._version(paper)}",
            "code": code,
            "qr": qr_of(self.base + CHECK + paper.code),
        }

    def _version(self, paper: Paper) -> str:
        return f"{self.layout.say(VERSION)} {paper.version} · {shortened(paper.digest)}"

    def _head(self, paper: Paper) -> list[list[str]]:
        file = paper.file
        made = f"{paper.made_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        told = (
            (SCHOOL, file.school),
            (UNIT, file.secondary_unit or "—"),
            (NAME, file.name),
            (NUMBER, file.header.teacher_no),
            (MADE, made),
            (VERSION, f"{paper.version} · {shortened(paper.digest)}"),
        )
        return [[self.layout.say(label), text] for label, text in told]


def title_of(paper: Paper) -> Message:
    """What the paper is called."""
    if not paper.business:
        return TITLE
    return message("业务数据表：%(business)s", business=BUSINESS[paper.business].name)


def grouped(code: str) -> str:
    """As it is read aloud: ABCD-EFGH-JKMN."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def qr_of(address: str) -> str:
    """The code as an SVG drawing: one path, no picture.

    The pattern is chosen beforehand: to weigh all eight would take longer than the page.
    """
    import segno

    out = io.BytesIO()
    made = segno.make(address, error="m", boost_error=False, micro=False, mask=4)
    made.save(out, kind="svg", xmldecl=False, border=0, omitsize=True)
    return out.getvalue().decode()
