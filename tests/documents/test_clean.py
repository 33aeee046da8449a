"""Papers are made anew: what hides in them is gone, what cannot be cleaned is refused."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from tests.support.papers import PDF, pdf, picture
from tms.documents.clean import PHOTO_BYTES, Crop, clean
from tms.documents.content import JPEG
from tms.errors import Invalid

SCRIPT = b"<script>alert(document.cookie)</script>"


def test_a_picture_with_a_script_inside_comes_out_without_it() -> None:
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()
    brought = picture(64, 48, exif=exif, comment=SCRIPT) + SCRIPT
    assert brought.count(b"<script>") == 3

    made = clean(brought)

    assert b"<script>" not in made.content + made.thumb
    assert (made.media_type, made.width, made.height) == (JPEG, 64, 48)


def test_a_picture_is_upright_and_not_larger_than_needed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held on its side
    made = clean(picture(3200, 1600, exif=exif))

    assert (made.width, made.height) == (1500, 3000)
    assert not Image.open(BytesIO(made.content)).getexif()
    assert max(Image.open(BytesIO(made.thumb)).size) == 240


def test_forty_megapixels_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(Invalid, match="4000万像素"):
        clean(picture(8000, 5000))


def test_an_archive_that_is_a_picture_as_well_is_a_picture_only() -> None:
    made = clean(picture(64, 48, "PNG") + b"PK\3\4 evil.exe PK\5\6")

    assert made.media_type == JPEG
    assert b"PK" not in made.content


def test_a_pdf_loses_its_script_its_attachment_and_its_actions() -> None:
    writer = PdfWriter()
    launch = _action("/Launch", "/F", "cmd.exe")
    writer.root_object[NameObject("/OpenAction")] = _action("/JavaScript", "/JS", "app.alert(1)")
    writer.root_object[NameObject("/AA")] = DictionaryObject({NameObject("/WC"): launch})
    writer.add_attachment("evil.exe", b"evil inside")
    brought = pdf(b"a certificate", writer)

    made = clean(brought)

    for word in (b"JavaScript", b"OpenAction", b"Launch", b"evil", b"EmbeddedFile", b"/AA"):
        assert word not in made.content
    assert len(PdfReader(BytesIO(made.content)).pages) == 1
    assert b"a certificate" in made.content


def test_a_mark_on_a_page_stays_and_does_nothing() -> None:
    look = DictionaryObject({NameObject("/N"): DictionaryObject()})
    writer = PdfWriter()
    page = writer.add_blank_page(72, 72)
    field = _annotation("/Widget", {"/AP": look, "/A": _action("/JavaScript", "/JS", "app.x()")})
    carrier = _annotation("/FileAttachment", {"/AP": look})
    page[NameObject("/Annots")] = ArrayObject([field, carrier, _annotation("/Link", {})])

    made = clean(pdf(writer=writer))

    (mark,) = PdfReader(BytesIO(made.content)).pages[0]["/Annots"]
    assert mark.get_object()["/Subtype"] == "/Stamp"
    assert b"app.x" not in made.content


def test_a_pdf_that_carries_something_where_it_shows_is_refused() -> None:
    writer = PdfWriter()
    page = writer.add_blank_page(72, 72)
    script = DictionaryObject({NameObject("/X"): _action("/JavaScript", "/JS", "app.x()")})
    page["/Resources"][NameObject("/Properties")] = script

    with pytest.raises(Invalid, match="脚本"):
        clean(pdf(writer=writer))


def test_what_hides_behind_a_pdf_is_gone_and_what_hides_before_it_is_refused() -> None:
    hidden = PDF + b"PK\3\4 evil.exe\n" + PDF[PDF.rindex(b"startxref") :]

    assert b"evil" not in clean(hidden).content
    with pytest.raises(Invalid, match="打不开"):
        clean(PDF + b"PK\3\4 evil.exe\n%%EOF\n")
    with pytest.raises(Invalid, match="按内容判断"):
        clean(b"<html>" + PDF)


def test_a_pdf_with_a_password_is_refused() -> None:
    writer = PdfWriter()
    writer.encrypt("secret")

    with pytest.raises(Invalid, match="密码"):
        clean(pdf(writer=writer))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n",
        picture(640, 480, "PNG")[:400] + b"IEND\xaeB`\x82",
    ],
)
def test_what_only_looks_like_a_paper_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="打不开|不能超过"):
        clean(content)


@pytest.mark.parametrize(
    ("crop", "size"),
    [
        (Crop((0.25, 0, 0.5, 1)), (360, 480)),
        (Crop((-1, -1, 9, 9)), (390, 260)),
        (Crop(), (390, 260)),
    ],
)
def test_a_photo_is_cut_out_and_small(crop: Crop, size: tuple[int, int]) -> None:
    made = clean(picture(1200, 800), crop)

    assert (made.width, made.height) == size
    assert len(made.content) < PHOTO_BYTES


def test_even_noise_becomes_a_photo_of_less_than_sixty_kilobytes() -> None:
    out = BytesIO()
    Image.effect_noise((800, 985), 90).save(out, "PNG")

    made = clean(out.getvalue(), Crop())

    assert len(made.content) < PHOTO_BYTES


def test_too_little_of_a_picture_is_no_photo() -> None:
    with pytest.raises(Invalid, match="154×189"):
        clean(picture(1200, 800), Crop((0, 0, 0.1, 0.1)))
    for brought in (PDF, b"Rar!"):
        with pytest.raises(Invalid, match="完整的 JPEG 或 PNG"):
            clean(brought, Crop())


def _action(kind: str, key: str, value: str) -> DictionaryObject:
    return DictionaryObject(
        {NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject(value)}
    )


def _annotation(kind: str, more: dict[str, DictionaryObject]) -> DictionaryObject:
    box = ArrayObject([NumberObject(each) for each in (0, 0, 30, 30)])
    about = {"/Type": NameObject("/Annot"), "/Subtype": NameObject(kind), "/Rect": box, **more}
    return DictionaryObject({NameObject(key): value for key, value in about.items()})
