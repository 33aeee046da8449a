"""Proofs: judged by content, sealed on disk, gone with a transaction that did not end well."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.cast import Cast, id_number, teacher_actor
from tests.support.changes import JPEG, PDF
from tms.access import acting
from tms.documents.content import media_type
from tms.documents.proofs import MAX_BYTES, judged, open_proof, safe_name, store
from tms.errors import Invalid, NotAllowed, NotFound
from tms.models import AuditEvent

SENTINEL = b"Sentinel of a diploma"
DIPLOMA = PDF.replace(b"<<>>", b"<< /Title (" + SENTINEL + b") >>")


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
        (JPEG.replace(b"\x00\x10\x00\x10", b"\x00\x00\x00\x10"), None),
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
        judged(PDF + b"\n" * MAX_BYTES)


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
    return sorted((place / "proofs").glob("*"))


def test_on_disk_it_is_sealed_and_opens_again(cast: Cast, tmp_path: Path) -> None:
    teacher = cast.make_file()
    actor = cast.act_as("school_info")
    made = store(cast.session, actor, tmp_path, teacher, "证书.pdf", DIPLOMA)
    cast.session.commit()

    (path,) = files(tmp_path)
    assert SENTINEL not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    opened = open_proof(cast.session, cast.act_as("county_info"), tmp_path, made)
    assert (opened.content, opened.media_type) == (DIPLOMA, "application/pdf")
    acts = cast.session.scalars(select(AuditEvent.act).order_by(AuditEvent.id.desc())).all()
    assert acts[:2] == ["proof.read", "proof"]


def test_it_goes_with_the_transaction(cast: Cast, tmp_path: Path) -> None:
    teacher = cast.make_file()
    actor = cast.act_as("school_info")
    kept = store(cast.session, actor, tmp_path, teacher, "a.pdf", PDF)
    cast.session.commit()
    (path,) = files(tmp_path)

    store(cast.session, actor, tmp_path, teacher, "b.pdf", PDF)
    with cast.session.begin_nested():  # the end of an inner one decides nothing
        pass
    assert len(files(tmp_path)) == 2
    cast.session.rollback()
    assert files(tmp_path) == [path]

    store(cast.session, actor, tmp_path, teacher, "c.pdf", PDF)
    cast.session.close()
    assert files(tmp_path) == [path]
    assert open_proof(cast.session, cast.act_as("school_info"), tmp_path, kept).content == PDF


def test_another_schools_proof_is_not_there(cast: Cast, tmp_path: Path) -> None:
    made = store(cast.session, cast.act_as("school_info"), tmp_path, cast.make_file(), "a.pdf", PDF)
    cast.session.commit()

    for name in ("far_school_info", "neighbour_info", "support"):
        with pytest.raises(NotFound):
            open_proof(cast.session, cast.act_as(name), tmp_path, made)
    with pytest.raises(NotAllowed):
        open_proof(cast.session, cast.act_as("county_query"), tmp_path, made)


def test_a_teacher_opens_only_what_he_handed_in(cast: Cast, tmp_path: Path) -> None:
    teacher = cast.make_file()
    of_school = store(cast.session, cast.act_as("school_info"), tmp_path, teacher, "a.pdf", PDF)
    actor = teacher_actor(cast, teacher)
    with acting(cast.session, actor):
        own = store(cast.session, actor, tmp_path, teacher, "b.jpg", JPEG)

        assert open_proof(cast.session, actor, tmp_path, own).content == JPEG
        with pytest.raises(NotAllowed):
            open_proof(cast.session, actor, tmp_path, of_school)


def test_nobody_stores_for_a_file_out_of_reach(cast: Cast, tmp_path: Path) -> None:
    teacher = cast.make_file()

    with pytest.raises(NotFound):
        store(cast.session, cast.act_as("far_school_info"), tmp_path, teacher, "a.pdf", PDF)
    with pytest.raises(NotAllowed):
        store(cast.session, cast.act_as("school_head"), tmp_path, teacher, "a.pdf", PDF)
    assert files(tmp_path) == []
