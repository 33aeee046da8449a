"""Papers as somebody brings them: a small PDF, pictures, and what should not be in either."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

#: A grey square; drawn again it is the same.
JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAQDAwMDAgQDAwMEBAQFBgoGBgUFBgwICQcKDgwPDg4MDQ0PERYTDxAVEQ0N"
    "ExoTFRcYGRkZDxIbHRsYHRYYGRj/wAALCAAQABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAj/xAAUEAEAAAAAAAAA"
    "AAAAAAAAAAAA/9oACAEBAAA/AKQAf//Z"
)


def pdf(words: bytes = b"", writer: PdfWriter | None = None) -> bytes:
    """A PDF of one page that says *words*."""
    writer = writer or PdfWriter()
    page = writer.add_blank_page(72, 72)
    if words:
        stream = DecodedStreamObject()
        stream.set_data(b"BT (" + words + b") Tj ET")
        page[NameObject("/Contents")] = writer._add_object(stream)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


PDF = pdf()


def picture(width: int, height: int, kind: str = "JPEG", **more: Any) -> bytes:
    """A picture with a bright middle."""
    image = Image.new("RGB", (width, height), "navy")
    image.paste("white", (width // 4, height // 4, width // 2, height // 2))
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()
