"""Papers: judged by content, sealed on disk, gone with a transaction that did not end well."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.cast import Cast, id_number, teacher_actor
from tests.support.papers import JPEG, PDF, pdf
from tms.access import acting, unscoped
from tms.documents import papers
from tms.documents.clean import MAX_BYTES, judged
from tms.documents.content import media_type
from tms.documents.papers import open_paper, safe_name, store
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import AuditEvent, Document, DocumentKind
from tms.models.types import now
from tms.records import document_files, document_rows

SENTINEL = b"Sentinel of a diploma"
DIPLOMA = pdf(SENTINEL)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, "application/pdf"),
        (PDF + b"\r\n", "application/pdf"),
        (JPEG, "image/jpeg"),
        (PDF[:-6], None),
        (PDF.replace(b"startxref", b"somewhere"), None),
        (b"\n" + PDF, None),
        (JPEG[:-2], None),
        (JPEG + b"PK\3\4", "image/jpeg"),
        (JPEG.replace(b"\x00\x10\x00\x10\x01\x01\x11", b"\x00\x00\x00\x10\x01\x01\x11"), None),
        (JPEG[:4] + b"\xff\xff" + JPEG[6:], None),
        (b"\xff\xd8\xff\xd9", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"", None),
    ],
)
def test_the_content_says_what_it_is(content: bytes, found: str | None) -> None:
    assert media_type(content) == found


def test_more_than_five_megabytes_are_too_many() -> None:
    with pytest.raises(Invalid, match="5 MB"):
        judged(PDF[:9] + b" " * MAX_BYTES + PDF[9:])


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("毕业证书.pdf", "毕业证书.pdf"),
        ("C:\\材料\\证书.jpg", "证书.jpg"),
        ("../../etc/passwd", "passwd"),
        (id_number(3) + "证书.pdf", "…证书.pdf"),
        ("a\r\nb\0.pdf", "ab.pdf"),
        ("", "proof"),
    ],
)
def test_a_name_says_nothing_it_should_not(name: str, kept: str) -> None:
    assert safe_name(name) == kept


def files(place: Path) -> list[Path]:
    return sorted((place / "documents").glob("*"))


def test_on_disk_it_is_sealed_and_opens_again(cast: Cast, tmp_path: Path) -> None:
    teacher = cast.make_file()
    actor = cast.act_as("school_info")
    made = store(cast.session, actor, tmp_path, teacher, "证书.pdf", DIPLOMA)
    cast.session.commit()

    (path,) = files(tmp_path)
    assert SENTINEL not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    opened = open_paper(cast.session, cast.act_as("county_info"), tmp_path, made)
    assert SENTINEL in opened.content
    assert opened.media_type == "application/pdf"
    acts = cast.session.scalars(select(AuditEvent.act).order_by(AuditEvent.id.desc())).all()
    assert acts[:2] == ["proof.read", "proof"]


def test_it_goes_with_the_transaction(cast: Cast, tmp_path: Path) -> None:
    teacher = cast.make_file()
    actor = cast.act_as("school_info")
    kept = store(cast.session, actor, tmp_path, teacher, "a.pdf", PDF)
    cast.session.commit()
    (path,) = files(tmp_path)

    store(cast.session, actor, tmp_path, teacher, "b.pdf", DIPLOMA)
    with cast.session.begin_nested():  # the end of an inner one decides nothing
        pass
    assert len(files(tmp_path)) == 2
    cast.session.rollback()
    assert files(tmp_path) == [path]

    store(cast.session, actor, tmp_path, teacher, "c.pdf", DIPLOMA)
    cast.session.close()
    assert files(tmp_path) == [path]
    assert open_paper(cast.session, cast.act_as("school_info"), tmp_path, kept).content == PDF


def test_another_schools_proof_is_not_there(cast: Cast, tmp_path: Path) -> None:
    made = store(cast.session, cast.act_as("school_info"), tmp_path, cast.make_file(), "a.pdf", PDF)
    cast.session.commit()

    for name in ("far_school_info", "neighbour_info", "support"):
        with pytest.raises(NotFound):
            open_paper(cast.session, cast.act_as(name), tmp_path, made)
    with pytest.raises(NotAllowed):
        open_paper(cast.session, cast.act_as("county_query"), tmp_path, made)


def test_a_teacher_opens_only_what_he_handed_in(cast: Cast, tmp_path: Path) -> None:
    teacher = cast.make_file()
    of_school = store(cast.session, cast.act_as("school_info"), tmp_path, teacher, "a.pdf", PDF)
    actor = teacher_actor(cast, teacher)
    with acting(cast.session, actor):
        own = store(cast.session, actor, tmp_path, teacher, "b.jpg", JPEG)

        assert open_paper(cast.session, actor, tmp_path, own).content == JPEG
        with pytest.raises(NotAllowed):
            open_paper(cast.session, actor, tmp_path, of_school)


def test_nobody_stores_for_a_file_out_of_reach(cast: Cast, tmp_path: Path) -> None:
    teacher = cast.make_file()

    with pytest.raises(NotFound):
        store(cast.session, cast.act_as("far_school_info"), tmp_path, teacher, "a.pdf", PDF)
    with pytest.raises(NotAllowed):
        store(cast.session, cast.act_as("school_head"), tmp_path, teacher, "a.pdf", PDF)
    assert files(tmp_path) == []


def test_equal_content_lies_there_once_until_the_last_who_named_it_is_gone(
    cast: Cast, tmp_path: Path
) -> None:
    actor, session = cast.act_as("school_info"), cast.session
    ids = [store(session, actor, tmp_path, cast.make_file(), "a.jpg", JPEG) for _ in range(2)]
    session.commit()
    assert len(files(tmp_path)) == 2  # the content and its thumbnail

    for number, left in ((0, 2), (1, 0)):
        paper = document_rows.find(session, ids[number])
        document_rows.remove(session, actor, [paper])
        document_files.release(session, tmp_path, [paper.stored_as])
        assert len(files(tmp_path)) == 2
        session.commit()
        assert len(files(tmp_path)) == left


def test_its_name_on_disk_is_no_plain_digest(cast: Cast, tmp_path: Path) -> None:
    store(cast.session, cast.act_as("school_info"), tmp_path, cast.make_file(), "a.pdf", PDF)

    assert not files(tmp_path)[0].name.startswith(hashlib.sha256(PDF).hexdigest()[:32])


def test_a_rolled_back_removal_removes_nothing(cast: Cast, tmp_path: Path) -> None:
    actor, session = cast.act_as("school_info"), cast.session
    made = store(session, actor, tmp_path, cast.make_file(), "a.pdf", PDF)
    session.commit()

    paper = document_rows.find(session, made)
    document_rows.remove(session, actor, [paper])
    document_files.release(session, tmp_path, [paper.stored_as])
    session.rollback()

    assert open_paper(session, cast.act_as("school_info"), tmp_path, made).content == PDF


def test_a_signed_form_brings_its_facts(cast: Cast, tmp_path: Path) -> None:
    teacher, actor = cast.make_file(), cast.act_as("school_info")
    facts = {"code": "AB12", "signed_on": "2026-11-01"}
    store(cast.session, actor, tmp_path, teacher, "f.pdf", PDF, kind=DocumentKind.FORM, facts=facts)

    (found,) = document_rows.of_file(cast.session, teacher, DocumentKind.FORM)
    assert found.facts == facts
    assert document_rows.of_file(cast.session, teacher, DocumentKind.PHOTO) == []


def test_a_full_file_takes_no_more(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "MAX_COUNT", 1)
    teacher, actor = cast.make_file(), cast.act_as("school_info")
    store(cast.session, actor, tmp_path, teacher, "a.pdf", PDF)

    with pytest.raises(Conflict, match="已满"):
        store(cast.session, actor, tmp_path, teacher, "b.pdf", PDF)


def test_at_night_goes_what_no_row_names_and_what_lost_its_row_long_ago(
    cast: Cast, tmp_path: Path
) -> None:
    actor, session, teacher = cast.act_as("school_info"), cast.session, cast.make_file()
    gone = store(session, actor, tmp_path, teacher, "a.pdf", PDF, row=("contact", 999_999_999))
    kept = store(session, actor, tmp_path, teacher, "b.pdf", DIPLOMA)
    session.commit()
    at = now()

    for days, left in ((0, [gone, kept]), (29, [gone, kept]), (31, [kept])):
        document_rows.forget(session, at + timedelta(days=days))
        found = session.scalars(unscoped(select(Document.id).order_by(Document.id), "a test"))
        assert found.all() == left
    for path in files(tmp_path):
        os.utime(path, (0, 0))
    assert document_files.purge(session, tmp_path) == 1
    assert len(files(tmp_path)) == 1
