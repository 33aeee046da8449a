"""Makes the files beside it: thirty invented teachers as LibreOffice saves them.

    python -m tests.data.libreoffice.make

Each variant is written as flat OpenDocument XML, which LibreOffice opens and saves as XLSX, XLS,
ODS and CSV in GB18030. The files differ from run to run in dates and versions only; they are
committed, because not every machine has LibreOffice (Debian: ``libreoffice-calc-nogui``).

* clean – text only, the header in the first line
* typed – real dates and numbers
* serials – dates as the days Excel counts, months as 200109, amounts of digits as fractions
* titles – title and notes above, a header in two lines with merged cells, line breaks and stars,
  a hidden row, a formula, formatted lines below
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from tests.support.cast import id_number
from tests.support.libreoffice import CSV_GB18030, convert

HERE = Path(__file__).parent
HEADER = ("姓名", "性别", "出生日期", "身份证件号码", "学校(机构)标识码", "民族", "教职工号")
HEADER += ("参加工作年月", "是否县级及以上骨干教师")
DATE, MONTH, NUMBERS = 2, 7, (1, 5, 8)
COUNT = 30
#: People with a mistake, the same in every variant: a wrong check digit, an unknown code.
WRONG_NUMBER, WRONG_CODE = 7, 19
#: In `titles`.
HIDDEN_PERSON = 11

NAMESPACES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style")
)
NUMBER = "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
FORMULA = "urn:oasis:names:tc:opendocument:xmlns:of:1.2"
STYLES = (
    '<office:automatic-styles><number:date-style style:name="n1"><number:year number:style="long"/>'
    '<number:text>-</number:text><number:month number:style="long"/><number:text>-</number:text>'
    '<number:day number:style="long"/></number:date-style><style:style style:name="day"'
    ' style:family="table-cell" style:data-style-name="n1"/></office:automatic-styles>'
)

Row = Sequence[str]


def people() -> Iterator[list[str]]:
    """What the clean file says, under `HEADER`."""
    for n in range(COUNT):
        born = date(1965 + n, 1 + n % 12, 1 + n % 28)
        number = id_number(600 + n, born=born)
        if n == WRONG_NUMBER:
            number = number[:-1] + ("0" if number[-1] != "0" else "1")
        gender = "7" if n == WRONG_CODE else str(2 - n % 2)
        name = "赵钱孙李周吴郑王冯陈"[n % 10] + "文武明华丽"[n % 5] + "一二三"[n // 10]
        yield [name, gender, born.isoformat(), number, "3136000101", f"{1 + n % 9:02}"] + [
            f"{n:05}",
            f"{1990 + n}-{1 + n % 12:02}",
            str(n % 2),
        ]


def text(value: str, more: str = "") -> str:
    """A cell of text; lines become paragraphs."""
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell office:value-type="string"{more}>{lines}</table:table-cell>'


def number(value: float, more: str = "") -> str:
    """A cell with a number."""
    return f'<table:table-cell office:value-type="float" office:value="{value}"{more}/>'


def day(value: str) -> str:
    """A cell with a real date."""
    style = ' table:style-name="day"'
    return f'<table:table-cell office:value-type="date" office:date-value="{value}"{style}/>'


def row(cells: Sequence[str], more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def typed(person: Row) -> list[str]:
    """Dates, months and codes as LibreOffice takes them when they are typed in."""
    cells = [text(value) for value in person]
    cells[DATE] = day(person[DATE])
    cells[MONTH] = day(f"{person[MONTH]}-01")
    for place in NUMBERS:
        cells[place] = number(int(person[place]))
    return cells


def serial(person: Row) -> list[str]:
    """Dates as days since 1899-12-30, one with a time; months as 200109."""
    days = (date.fromisoformat(person[DATE]) - date(1899, 12, 30)).days
    cells = typed(person)
    cells[DATE] = number(days + (0.25 if days % 2 else 0))
    cells[MONTH] = number(int(person[MONTH].replace("-", "")))
    return cells


def titles(everybody: Sequence[Row]) -> Iterator[str]:
    """The lines of the last variant."""
    wide = len(HEADER)
    yield row([text("2026年教师基本信息采集表", spanned(wide))])
    yield row([text("填报单位：东湖县第一小学"), text("填报日期：2026年11月1日", spanned(3))])
    yield row([])
    upper = [text(f"*{HEADER[0]}", spanned(1, 2)), text("身份信息", spanned(3)), COVERED, COVERED]
    yield row([*upper, *(text(label, spanned(1, 2)) for label in HEADER[4:])])
    lower = [COVERED, text("性别\n（必填）"), text("出生日期*"), text("身份证件\n号码")]
    yield row(lower + [COVERED] * (wide - 4))
    for place, person in enumerate(everybody):
        cells = typed(person)
        cells[0] = text(f"\u3000{person[0]}\u00a0")
        cells[5] = formula(int(person[5]))
        yield row(cells, ' table:visibility="collapse"' if place == HIDDEN_PERSON else "")
    blank = '<table:table-cell table:style-name="day" table:number-columns-repeated="9"/>'
    yield row([blank], ' table:number-rows-repeated="500"')


COVERED = "<table:covered-table-cell/>"


def spanned(columns: int, rows: int = 1) -> str:
    return f' table:number-columns-spanned="{columns}" table:number-rows-spanned="{rows}"'


def formula(value: int) -> str:
    """A formula whose result is a number."""
    return number(value, f' table:formula="of:={value - 1}+1"')


def document(rows: Iterator[str]) -> str:
    """One sheet as flat XML."""
    table = f'<table:table table:name="名单">{"".join(rows)}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    spaces = f'{NAMESPACES} xmlns:number="{NUMBER}" xmlns:of="{FORMULA}"'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    attributes = f'{spaces} office:version="1.3" office:mimetype="{kind}"'
    head = "<?xml version='1.0' encoding='UTF-8'?>"
    return f"{head}<office:document{attributes}>{STYLES}{body}</office:document>"


def variants() -> Iterator[tuple[str, str]]:
    """Name and XML of each."""
    everybody = list(people())
    header = row([text(label) for label in HEADER])
    ways = {"clean": lambda person: list(map(text, person)), "typed": typed, "serials": serial}
    for name, way in ways.items():
        yield name, document(iter([header, *(row(way(person)) for person in everybody)]))
    yield "titles", document(titles(everybody))


def main() -> None:
    """Write all files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, xml in variants():
            source = Path(folder) / f"{name}.fods"
            source.write_text(xml, "utf-8")
            for to in ("xlsx", "xls", "ods"):
                convert(source, to, HERE)
            made = convert(source, CSV_GB18030, Path(folder))
            shutil.copy(made, HERE / f"{name}.gb18030")  # no tool shall take it for UTF-8


if __name__ == "__main__":
    main()
