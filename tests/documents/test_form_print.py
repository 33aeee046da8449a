"""Printing a file's form: whose number stands on it, what is written down of it (R44)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from tests.support.cast import Cast, complete, id_number, teacher_actor
from tms.access import CONSOLE, Actor, acting, bind
from tms.documents.clean import Crop, clean
from tms.documents.form_print import Order, print_one
from tms.documents.photos import set_photo
from tms.errors import NotAllowed, NotFound
from tms.models import AuditEvent, PrintedForm
from tms.records import RowChange, save
from tms.records.own_trace import traces
from tms.records.printed_forms import ACT, Paper, enter, find_paper, papers_for, papers_of

MOBILE = "13800000000"


def printed(cast: Cast, actor: Actor, file: int) -> tuple[Paper, str]:
    """The paper, written down, and its text without blanks."""
    bind(cast.session, actor)
    paper, content = print_one(cast.session, Order(actor, "zh", str, "http://x/"), file)
    enter(cast.session, actor, [paper])
    cast.session.commit()
    found = PdfReader(io.BytesIO(content)).pages
    return paper, "".join("".join(page.extract_text() for page in found).split())


def test_the_number_stands_in_full_on_ones_own_form_only(cast: Cast) -> None:
    file = cast.make_file()
    complete(cast, file)
    number, own = id_number(1), teacher_actor(cast, file)

    _paper, mine = printed(cast, own, file)
    _paper, theirs = printed(cast, cast.staff["school_head"], file)

    assert number in mine
    assert number not in theirs
    assert number[:3] + "*" * 11 + number[-4:] in theirs
    assert MOBILE in mine
    assert MOBILE not in theirs


def test_what_is_on_paper_is_known_and_told(cast: Cast) -> None:
    file = cast.make_file()
    paper, _text = printed(cast, cast.act_as("school_info"), file)

    (row,) = papers_of(cast.session, file)
    assert (row.code, row.digest, row.version) == (paper.code, paper.digest, 1)
    assert list(row.rows) == ["basic_information"]
    assert paper.errors == row.errors > 0
    assert find_paper(cast.session, cast.act_as("county_info"), paper.code).teacher_id == file
    with acting(cast.session, CONSOLE):
        event = cast.session.scalars(select(AuditEvent).where(AuditEvent.act == ACT)).one()
        assert (event.teacher_id, event.detail) == (file, {"code": paper.code})
    own = teacher_actor(cast, file)
    bind(cast.session, own)
    assert [each.act for each in traces(cast.session, own, 0, 5)] == [ACT]


def test_a_paper_elsewhere_looks_like_none(cast: Cast) -> None:
    file = cast.make_file()
    paper, _text = printed(cast, cast.act_as("school_info"), file)

    stranger = cast.act_as("neighbour_info")
    with pytest.raises(NotFound):
        print_one(cast.session, Order(stranger, "zh", str, "http://x/"), file)
    with pytest.raises(NotFound):
        find_paper(cast.session, stranger, paper.code)
    with pytest.raises(NotFound):
        find_paper(cast.session, stranger, "A" * 12)
    assert not papers_of(cast.session, file)


@pytest.mark.parametrize("name", ["school_admin", "college", "research_office", "auditor"])
def test_who_does_not_take_whole_files_out_prints_none(cast: Cast, name: str) -> None:
    file = cast.make_file("4136010001", "4136010001-01")
    actor = cast.act_as(name)

    with pytest.raises(NotAllowed):
        print_one(cast.session, Order(actor, "zh", str, "http://x/"), file)
    assert not cast.session.scalars(select(PrintedForm)).all()


def digest(cast: Cast, file: int) -> str:
    (paper,) = papers_for(cast.session, [file])
    return paper.digest


def test_the_digest_follows_the_values_and_nothing_else(cast: Cast) -> None:
    file, other = cast.make_file(), cast.make_file()
    row = cast.add("school_info", file, "work_experience", unit_name="东湖县第一小学")
    first = digest(cast, file)

    def write(**values: Any) -> str:
        actor = cast.act_as("school_info")
        save(cast.session, actor, {"work_experience": [RowChange(file, values, row)]})
        cast.session.commit()
        return digest(cast, file)

    changed, back = write(unit_name="西山县实验中学"), write(unit_name="东湖县第一小学")

    assert len({first, changed, digest(cast, other)}) == 3
    assert back == first


def test_the_photo_stands_in_its_place(cast: Cast, tmp_path: Path) -> None:
    file = cast.make_file()
    actor = cast.act_as("school_info")
    picture = io.BytesIO()
    Image.new("RGB", (390, 480), "steelblue").save(picture, "JPEG")
    made = clean(picture.getvalue(), Crop())
    set_photo(cast.session, actor, tmp_path, file, "照片.jpg", made)
    cast.session.commit()
    order = Order(actor, "zh", str, "http://x/", data_dir=tmp_path)

    _paper, content = print_one(cast.session, order, file)
    found = [image for page in PdfReader(io.BytesIO(content)).pages for image in page.images]

    assert [image.image.size for image in found if image.image] == [(390, 480)]
