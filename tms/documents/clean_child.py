"""The child that opens a paper in our stead and writes it anew; run as a script, nothing loaded.

A picture comes out as a JPEG made from its pixels, so that nothing else of it is left: no metadata,
no script in a comment, no archive behind its end. Of a PDF only what its pages show is taken over:
no actions, no attachments, no forms. It limits itself before it loads a parser. Reads the paper
from standard input, its wishes as JSON from the first argument, and prints a line of JSON with what
it made, then the content, then the thumbnail.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

#: Exit codes.
UNREADABLE: Final = 3
PIXELS: Final = 4
PROTECTED: Final = 5
PAGES: Final = 6
SMALL: Final = 7
ACTIVE: Final = 8

#: From the best on, until a photo is as small as it must be.
QUALITIES: Final = (92, 85, 78, 70, 60, 50, 40, 30, 20)
QUALITY, THUMB_QUALITY = 88, 75
#: What a page shows, and how large it is.
PAGE_KEYS: Final = frozenset(
    {
        *("/Type", "/Parent", "/Resources", "/Contents", "/Rotate", "/UserUnit", "/Group"),
        *("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"),
    }
)
#: What a mark upon a page looks like; what it does stays behind.
MARK_KEYS: Final = ("/Rect", "/AP", "/AS", "/F")
#: Marks that stand for something else than what they show.
CARRIERS: Final = frozenset(
    {"/FileAttachment", "/Screen", "/RichMedia", "/Movie", "/Sound", "/3D", "/Popup"}
)
#: Nothing with one of these may be left.
ACTIONS: Final = frozenset(["/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition"])
CARGO: Final = frozenset(["/Action", "/EmbeddedFile", "/Filespec", "/F"])


def confine(memory: int, seconds: int) -> None:
    """Take on the limits, where there are any."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def picture(data: bytes, wish: dict[str, Any]) -> dict[str, Any]:
    """The picture upright and made anew."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limit comes first, and says so
    image: Any = Image.open(BytesIO(data), formats=("JPEG", "PNG"))
    if image.width * image.height >= wish["pixels"]:
        sys.exit(PIXELS)
    if not wish["photo"]:
        image.draft("RGB", (wish["side"], wish["side"]))
    image.load()
    image = _plain(_upright(image))
    if wish["photo"]:
        return _photo(image, wish)
    image.thumbnail((wish["side"], wish["side"]))
    return _made(image, _jpeg(image, QUALITY), wish)


def _upright(image: Any) -> Any:
    """As its metadata says it was held; where that is nonsense, as it lies."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        return image


def _plain(image: Any) -> Any:
    """Pixels only, on white paper."""
    from PIL import Image

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        return paper
    plain = image.convert("L" if image.mode in ("1", "L", "I;16", "I") else "RGB")
    plain.info.clear()
    return plain


def _photo(image: Any, wish: dict[str, Any]) -> dict[str, Any]:
    """Cut out, of the size of a photo, small enough."""
    box = wish["box"] or (wish["ratio"] and _middle(image, *wish["ratio"]))
    if box:
        image = image.crop(_pixels(image, *box))
    if image.width < wish["least"][0] or image.height < wish["least"][1]:
        sys.exit(SMALL)
    image.thumbnail(tuple(wish["most"]))
    dpi = round(image.width / wish["inches"])
    made = (_jpeg(image.convert("RGB"), quality, dpi) for quality in QUALITIES)
    content = next((each for each in made if len(each) < wish["bytes"]), None)
    if content is None:
        sys.exit(UNREADABLE)
    return _made(image, content, wish)


def _middle(image: Any, wide: int, high: int) -> tuple[float, float, float, float]:
    """The largest part of these proportions, from the middle; in parts of the picture."""
    width = min(1.0, image.height * wide / high / image.width)
    height = min(1.0, image.width * high / wide / image.height)
    return (1 - width) / 2, (1 - height) / 2, width, height


def _pixels(image: Any, left: float, top: float, width: float, height: float) -> tuple[int, ...]:
    """A box in parts of the picture, as pixels within it."""
    x, y = (min(max(part, 0.0), 1.0) for part in (left, top))
    right, bottom = min(x + max(width, 0.0), 1.0), min(y + max(height, 0.0), 1.0)
    wide, high = image.size
    return round(x * wide), round(y * high), round(right * wide), round(bottom * high)


def _jpeg(image: Any, quality: int, dpi: int = 0) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, **({"dpi": (dpi, dpi)} if dpi else {}))
    return out.getvalue()


def _made(image: Any, content: bytes, wish: dict[str, Any]) -> dict[str, Any]:
    about = {"media_type": "image/jpeg", "width": image.width, "height": image.height}
    image.thumbnail((wish["thumb"], wish["thumb"]))
    return {**about, "content": content, "thumb": _jpeg(image, THUMB_QUALITY)}


def document(data: bytes, wish: dict[str, Any]) -> dict[str, Any]:
    """The pages of a PDF as they look."""
    from pypdf import PdfReader, PdfWriter

    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted:
        sys.exit(PROTECTED)
    if not 0 < len(reader.pages) <= wish["pages"]:
        sys.exit(PAGES)
    writer = PdfWriter()
    for page in reader.pages:
        _strip(page)
        writer.add_page(page)
    out = BytesIO()
    writer.write(out)
    if any(map(_acts, _dictionaries(PdfReader(BytesIO(out.getvalue())).trailer))):
        sys.exit(ACTIVE)
    return {"media_type": "application/pdf", "content": out.getvalue(), "thumb": b""}


def _strip(page: Any) -> None:
    from pypdf.generic import ArrayObject, NameObject

    found = page["/Annots"].get_object() if "/Annots" in page else None
    for key in [key for key in page if key not in PAGE_KEYS]:
        del page[key]
    marks = [_mark(each.get_object()) for each in found or ()]
    if any(marks):
        page[NameObject("/Annots")] = ArrayObject([mark for mark in marks if mark])


def _mark(found: Any) -> Any:
    """A mark that shows the same and does nothing; None of what shows nothing."""
    from pypdf.generic import DictionaryObject, NameObject

    if "/AP" not in found or "/Rect" not in found or found.get("/Subtype") in CARRIERS:
        return None
    mark = DictionaryObject({NameObject("/Type"): NameObject("/Annot")})
    mark[NameObject("/Subtype")] = NameObject("/Stamp")
    for key in MARK_KEYS:
        if key in found:
            mark[NameObject(key)] = found.raw_get(key)
    return mark


def _dictionaries(root: Any) -> Iterator[Any]:
    """Every dictionary that can be reached from *root*."""
    from pypdf.generic import DictionaryObject, IndirectObject

    left: list[Any] = [root]
    seen: set[int] = set()
    while left:
        one = left.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            yield one
            left += [one.raw_get(key) for key in one]
        elif isinstance(one, list):
            left += list(one)


def _acts(found: Any) -> bool:
    """Whether it does something, or carries something that is not shown."""
    return found.get("/S") in ACTIONS or found.get("/Type") in CARGO or "/XFA" in found


def main() -> None:
    """Print what was made of the paper; ends with one of the codes above."""
    wish = json.loads(sys.argv[1])
    confine(wish["memory"], wish["seconds"])
    try:
        make = document if wish["pdf"] else picture
        made = make(sys.stdin.buffer.read(), wish)
    except Exception:
        sys.exit(UNREADABLE)
    content, thumb = made.pop("content"), made.pop("thumb")
    head = json.dumps({**made, "size": len(content), "thumb": len(thumb)})
    sys.stdout.buffer.write(head.encode() + b"\n" + content + thumb)


if __name__ == "__main__":
    main()
