"""Papers made anew from what they show, in a child process (SECURITY.md S24).

What somebody brings is never kept as it came: pictures are drawn again from their pixels, PDFs
written again from their pages. What cannot be cleaned is refused, with what to do about it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tms.documents import clean_child
from tms.documents.content import PDF, media_type
from tms.errors import Invalid, Message, message

MAX_BYTES: Final = 5 * 2**20
#: Of a picture as a telephone takes it; what is kept of it is much smaller.
MAX_PICTURE: Final = 20 * 2**20
#: A picture of so many pixels is refused before it is decoded.
MAX_PIXELS: Final = 40_000_000
MAX_PAGES: Final = 100
#: The long side of what is kept; more shows nothing more of a certificate.
SIDE: Final = 3000
THUMB: Final = 240
#: 26 mm × 32 mm (DOMAIN.md 12): the proportion, the least at 150 dpi, what is kept, its inches.
RATIO: Final = (26, 32)
LEAST: Final = (154, 189)
MOST: Final = (390, 480)
INCHES: Final = 26 / 25.4
PHOTO_BYTES: Final = 61_440
MEMORY: Final = 2**30
SECONDS: Final = 20
TIMEOUT: Final = 40

BROKEN: Final = message("文件打不开，可能已损坏或不完整，请重新扫描或另存后再上传。")
REFUSED: Final[dict[int, Message]] = {
    clean_child.PIXELS: message("图片超过4000万像素，请缩小后再上传。"),
    clean_child.PROTECTED: message("PDF 设有密码或使用限制，请打印为新的 PDF 后再上传。"),
    clean_child.PAGES: message("PDF 不能超过%(n)d页，请只留有关的页。", n=MAX_PAGES),
    clean_child.SMALL: message(
        "照片裁剪后至少要有%(width)d×%(height)d像素，请换一张更清楚的。",
        width=LEAST[0],
        height=LEAST[1],
    ),
    clean_child.ACTIVE: message("PDF 含有脚本或附件，无法清除，请打印为新的 PDF 后再上传。"),
}
LARGE: Final = message("PDF 不能超过 5 MB，图片不能超过 20 MB。")
HEAVY: Final = message("文件太复杂，处理不了，请缩小或打印为新的 PDF 后再上传。")


@dataclass(frozen=True)
class Cleaned:
    """A paper as it may be kept."""

    content: bytes
    media_type: str
    width: int | None = None
    height: int | None = None
    thumb: bytes = b""


@dataclass(frozen=True)
class Crop:
    """What of a picture becomes the photo: left, top, width, height in parts of the picture.

    None takes the picture as it is, or the largest part of the right proportions from its middle.
    """

    box: tuple[float, float, float, float] | None = None
    is_centred: bool = False


def clean(content: bytes, crop: Crop | None = None) -> Cleaned:
    """The paper made anew; takes its time, so call it before a transaction begins to write.

    :param crop: it is to be a photo.
    :raises Invalid: too large, not a whole PDF, JPEG or PNG, or not to be cleaned.
    """
    kind = judged(content, is_photo=crop is not None)
    made = _child(content, _wish(kind, crop))
    head, _newline, rest = made.partition(b"\n")
    about: dict[str, Any] = json.loads(head)
    size = about["size"]
    if size > MAX_BYTES:
        raise Invalid(LARGE)
    media, width, height = about["media_type"], about.get("width"), about.get("height")
    return Cleaned(rest[:size], media, width, height, rest[size:])


def judged(content: bytes, *, is_photo: bool = False) -> str:
    """The media type.

    :raises Invalid: too large, or none of those that are taken, whatever it is called.
    """
    if len(content) > MAX_PICTURE:
        raise Invalid(LARGE)
    found = media_type(content)
    if is_photo and found in (None, PDF):
        raise Invalid(message("照片须为完整的 JPEG 或 PNG 图片（按内容判断，与文件名无关）。"))
    if found is None:
        raise Invalid(message("须是完整的 PDF、JPEG 或 PNG 文件（按内容判断，与文件名无关）。"))
    if found == PDF and len(content) > MAX_BYTES:
        raise Invalid(LARGE)
    return found


def _wish(kind: str, crop: Crop | None) -> str:
    limits = {"memory": MEMORY, "seconds": SECONDS, "pixels": MAX_PIXELS, "pages": MAX_PAGES}
    sizes = {"side": SIDE, "thumb": THUMB, "least": LEAST, "most": MOST, "inches": INCHES}
    about: dict[str, Any] = {
        "pdf": kind == PDF,
        "photo": crop is not None,
        "box": crop.box if crop else None,
    }
    about["ratio"] = RATIO if crop and crop.is_centred else None
    return json.dumps({**limits, **sizes, **about, "bytes": PHOTO_BYTES})


def _child(content: bytes, wish: str) -> bytes:
    """:raises Invalid: the child refuses, or does not come to the end."""
    try:
        done = subprocess.run(  # noqa: S603  our own words; the paper comes in on standard input
            [sys.executable, "-I", str(Path(clean_child.__file__)), wish],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid(HEAVY) from error
    if done.returncode < 0:  # out of memory or of its time
        raise Invalid(HEAVY)
    if done.returncode:
        raise Invalid(REFUSED.get(done.returncode, BROKEN))
    return done.stdout
