"""What a file is, by its content and never by its name; what is no spreadsheet is told so."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from typing import Final, Literal, NoReturn

from tms.errors import Term, message
from tms.exchange.limits import BROKEN, MACROS, MAX_ENTRIES, PROTECTED, TOO_LARGE
from tms.exchange.ole import MAGIC as OLE_MAGIC
from tms.exchange.ole import Compound
from tms.exchange.stages import FileRefused

Kind = Literal["xlsx", "xls", "ods", "text"]

ZIP_MAGIC: Final = b"PK\x03\x04"
#: Begins each entry of an archive's directory. Reading a million of them takes gigabytes, so they
#: are counted first; embedded documents bring some of their own.
_LISTED: Final = b"PK\x01\x02"
_MOST_LISTED: Final = 4 * MAX_ENTRIES
#: Ways to pack that spreadsheets know; others may ask for gigabytes.
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: What `zipfile` raises over archives that are none.
DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
)


# -- what to do with a file that is something else


def _open(what: Term) -> NoReturn:
    raise FileRefused(message("这是%(what)s，请用表格软件打开，另存为 .xlsx 再导入。", what=what))


def _unpack(what: Term) -> NoReturn:
    raise FileRefused(message("这是%(what)s，请先解压，再导入里面的表格。", what=what))


def _choose(what: Term) -> NoReturn:
    reason = message("这是%(what)s，不是表格，请选择 .xlsx、.xls、.ods 或 .csv 文件。", what=what)
    raise FileRefused(reason)


#: How other files begin that people take for spreadsheets or send by mistake. A table may well
#: begin with the letters MZ, but not with a null character after them.
_FOREIGN: Final = (
    (rb"%PDF-", Term("PDF 文件", "a PDF file"), _choose),
    (rb"\x89PNG", Term("PNG 图片", "a PNG picture"), _choose),
    (rb"\xff\xd8\xff", Term("JPEG 图片", "a JPEG picture"), _choose),
    (rb"GIF8[79]a", Term("GIF 图片", "a GIF picture"), _choose),
    (rb"MZ[^\0]{,60}\0", Term("Windows 程序", "a Windows program"), _choose),
    (rb"\x7fELF", Term("Linux 程序", "a Linux program"), _choose),
    (rb"\{\\rtf", Term("RTF 文档", "an RTF document"), _choose),
    (rb"SQLite format 3\0", Term("SQLite 数据库", "an SQLite database"), _choose),
    (rb"Rar!\x1a", Term("RAR 压缩包", "a RAR archive"), _unpack),
    (rb"7z\xbc\xaf\x27\x1c", Term("7z 压缩包", "a 7z archive"), _unpack),
    (rb"\x1f\x8b", Term("gzip 压缩包", "a gzip archive"), _unpack),
)
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|table|meta|style|script)\b", re.I)
_XML = re.compile(rb"\s*<\?xml\s")
_WORD: Final = Term("Word 文档", "a Word document")
_SLIDES: Final = Term("PowerPoint 演示文稿", "a PowerPoint presentation")
#: By a part that only such an archive has.
_PACKED: Final = (
    ("xl/workbook.bin", Term("二进制工作簿（.xlsb）", "a binary workbook (.xlsb)"), _open),
    ("word/document.xml", _WORD, _choose),
    ("ppt/presentation.xml", _SLIDES, _choose),
)
#: By an entry that only such a compound file has.
_OLE: Final = (("WordDocument", _WORD), ("PowerPoint Document", _SLIDES))
_PAGE_FILE: Final = Term("网页文件", "a web page")
_XML_FILE: Final = Term("XML 文件", "an XML file")
_ARCHIVE: Final = Term("压缩包", "an archive")
_OTHER: Final = Term("其他软件的文档", "another program's document")

_ODS_TYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"


def kind_of(data: bytes) -> Kind:
    """Which of the formats *data* is.

    :raises FileRefused: it is something else, protected or a workbook with macros.
    """
    if data.startswith(ZIP_MAGIC):
        return _packed(data)
    if data.startswith(OLE_MAGIC[:4]):
        return _compound(data)
    for magic, what, to_do in _FOREIGN:
        if re.match(magic, data):
            to_do(what)
    head = data[:1024].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe")
    if _PAGE.match(head) or (_XML.match(head) and b"<html" in head.lower()):
        _open(_PAGE_FILE)
    if _XML.match(head):
        _open(_XML_FILE)
    return "text"


def _packed(data: bytes) -> Kind:
    if data.count(_LISTED) > _MOST_LISTED:
        raise FileRefused(TOO_LARGE)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            is_ods = "content.xml" in names and _says_ods(archive)
    except DAMAGE as error:
        raise FileRefused(BROKEN) from error
    if is_ods and "xl/workbook.xml" in names:
        raise FileRefused(BROKEN)  # two formats in one: each program would read another
    if is_ods:
        return "ods"
    if "xl/workbook.xml" not in names:
        for name, what, to_do in _PACKED:
            if name in names:
                to_do(what)
        _unpack(_ARCHIVE)
    return "xlsx"


def _says_ods(archive: zipfile.ZipFile) -> bool:
    try:
        part = archive.getinfo("mimetype")
    except KeyError:
        return False
    if part.flag_bits & 0x1:
        raise FileRefused(PROTECTED)
    if part.compress_type not in METHODS:
        return False
    with archive.open(part) as stream:
        return stream.read(len(_ODS_TYPE) + 1).strip() == _ODS_TYPE


def _compound(data: bytes) -> Kind:
    """The old container of Office, by the names in its directory."""
    names = Compound(data).streams.keys()
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        raise FileRefused(PROTECTED)
    if not names & {"Workbook", "Book"}:
        _choose(next((what for name, what in _OLE if name in names), _OTHER))
    if names & {"_VBA_PROJECT_CUR", "_VBA_PROJECT"}:
        raise FileRefused(MACROS)
    return "xls"
