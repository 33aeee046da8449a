"""What a document is, judged by its content and never by its name (SECURITY.md S24)."""

from __future__ import annotations

from collections.abc import Callable

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
#: Of the last bytes of a PDF: readers look for its end there.
TAIL = 1024
#: Markers of a JPEG that stand alone, without a length.
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
#: Start of frame: says how large the picture is (DHT, JPG and DAC lie among them).
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
START_OF_SCAN = 0xDA


def media_type(content: bytes) -> str | None:
    """`PDF`, `JPEG` or `PNG`; None for anything else, or one that was cut off."""
    return next((kind for kind, is_it in KINDS.items() if is_it(content)), None)


def is_pdf(content: bytes) -> bool:
    """Header, a cross-reference table or stream, and an end."""
    tail = content[-TAIL:].rstrip(b"\0\r\n\t ")
    return (
        content.startswith((b"%PDF-1.", b"%PDF-2."))
        and b" obj" in content
        and b"startxref" in tail
        and tail.endswith(b"%%EOF")
    )


def is_jpeg(content: bytes) -> bool:
    """Segments follow one another up to the picture's data, one says its size, and it ends.

    Telephones write more behind the end; it goes when the picture is made anew.
    """
    if not content.startswith(b"\xff\xd8\xff"):
        return False
    place, has_size = 2, False
    while place + 4 <= len(content):
        if content[place] != 0xFF:
            return False
        marker = content[place + 1]
        if marker == 0xFF or marker in ALONE:
            place += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        if length < 2:
            return False
        if marker in FRAMES:
            has_size = _has_size(content[place + 4 : place + 2 + length])
        if marker == START_OF_SCAN:
            return has_size and b"\xff\xd9" in content[place:]
        place += 2 + length
    return False


def _has_size(frame: bytes) -> bool:
    """Precision, height, width: neither side is nothing."""
    return len(frame) >= 5 and any(frame[1:3]) and any(frame[3:5])


def is_png(content: bytes) -> bool:
    """The header with its sizes comes first, and the end is there."""
    return (
        content.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
        and any(content[16:20])
        and any(content[20:24])
        and b"IEND\xaeB`\x82" in content
    )


KINDS: dict[str, Callable[[bytes], bool]] = {PDF: is_pdf, JPEG: is_jpeg, PNG: is_png}
