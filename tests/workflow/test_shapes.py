"""What a submission changes, in a word."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.support.cast import Cast, complete
from tests.support.review import bring, do
from tms.access import CONSOLE, bind, door, unscoped
from tms.errors import Message
from tms.models import TABLES, ChangeRequest, RequestStatus, Submission, SubmissionRow
from tms.models.types import now
from tms.models.work import REQUESTS
from tms.workflow import shapes
from tms.workflow.selection import freeze

ASSESSMENT = {"year": 2025, "result": "2"}
TRAINING = {
    "year": 2025,
    "training_type": "20",
    "project_name": "暑期研修",
    "training_mode": "2",
    "hours": 16,
}

#: (kind, table, columns of the patch) of change requests → the shape.
REQUESTED: list[tuple[list[tuple[str, str, tuple[str, ...]]], str]] = [
    ([("modify", "contact", ("mobile",))], "change:contact.mobile"),
    ([("modify", "contact", ("mobile", "email"))], "change:contact"),
    ([("modify", "basic_information", ("birth_date",))], "key"),
    ([("modify", "basic_information", ("id_number", "id_number_mask"))], "key"),
    ([("modify", "basic_information", ("former_name",))], "change:basic_information.former_name"),
    ([("modify", "study_experience", ("degree_level", "major"))], "key"),
    ([("delete", "domestic_training", ())], "delete:domestic_training"),
    ([("delete", "professional_title_appointment", ())], "key"),
    ([("modify", "contact", ("mobile",)), ("delete", "paper", ())], "mixed"),
    ([], "nochange"),
]


@pytest.fixture
def in_force(cast: Cast) -> int:
    """A file in force."""
    teacher = cast.make_file()
    complete(cast, teacher)
    bring(cast, teacher, "approve")
    return teacher


def shape_of(cast: Cast, teacher: int) -> str:
    """Of the latest submission."""
    cast.act_as("province_info")
    latest = select(Submission.shape).where(Submission.teacher_id == teacher)
    return cast.session.scalars(latest.order_by(Submission.id.desc())).first() or ""


def test_a_file_that_was_never_in_force_is_read_whole(cast: Cast) -> None:
    teacher = cast.make_file()
    complete(cast, teacher)

    do(cast, "submit", "school_info", teacher)

    assert shape_of(cast, teacher) == "first"


def test_new_rows_of_one_table_or_of_several(cast: Cast, in_force: int) -> None:
    other = cast.make_file()
    complete(cast, other)
    bring(cast, other, "approve")
    for teacher in (in_force, other):
        cast.add("school_info", teacher, "annual_assessment", **ASSESSMENT)
    cast.add("school_info", other, "domestic_training", **TRAINING)

    assert do(cast, "submit", "school_info", in_force, other).taken == 2

    assert shape_of(cast, in_force) == "new:annual_assessment"
    assert shape_of(cast, other) == "mixed"


@pytest.mark.parametrize(("requests", "shape"), REQUESTED)
def test_change_requests(cast: Cast, in_force: int, requests: Any, shape: str) -> None:
    _send(cast, in_force, requests)

    assert shape_of(cast, in_force) == shape


def _send(cast: Cast, teacher: int, requests: Any) -> None:
    """A submission of change requests alone, as the engine writes it; then its shape."""
    bind(cast.session, CONSOLE)
    found = cast.session.execute(
        select(Submission.unit_path, Submission.route).where(Submission.teacher_id == teacher)
    ).one()
    own = {"teacher_id": teacher, "unit_path": found.unit_path}
    opened = {"route": found.route, "step": "approve", "status": "reported", "submitted_at": now()}
    submission = _insert(cast, Submission, own | opened)
    for place, (kind, table, columns) in enumerate(requests, start=1):
        request = {
            "table_name": table,
            "row_id": place,
            "base_version": 1,
            "kind": kind,
            "patch": dict.fromkeys(columns, "1"),
            "former": {},
            "refused": {},
            "reason": "更正",
            "status": RequestStatus.IN_REVIEW,
            "made_at": now(),
        }
        made = _insert(cast, ChangeRequest, own | request)
        row = {"submission_id": submission, "table_name": REQUESTS, "row_id": made}
        _insert(cast, SubmissionRow, own | row | {"content_version": 1}, returns=False)
    rows = select(Submission.teacher_id, Submission.id, Submission.report_id)
    with door(cast.session):
        shapes.assign(
            cast.session, freeze(cast.session, CONSOLE, rows.where(Submission.id == submission))
        )
    cast.session.commit()


def _insert(cast: Cast, model: Any, values: dict[str, Any], *, returns: bool = True) -> int:
    statement = unscoped(insert(model), "a test's own rows")
    with door(cast.session):
        if not returns:
            cast.session.execute(statement, [values])
            return 0
        return int(cast.session.scalars(statement.returning(model.id), [values]).one())


def test_every_shape_has_words_even_one_that_no_version_knows() -> None:
    found = [*(shape for _, shape in REQUESTED), "first", "mixed", "new:paper", "", "change:x.y"]

    for shape in found:
        label = shapes.label(shape)
        assert isinstance(label, Message)
        assert str(label)


def test_a_field_is_named_with_its_table_where_others_are_called_alike() -> None:
    assert str(shapes.label("change:contact.mobile")) == "只改了手机"
    assert str(shapes.label("change:work_experience.start_month")).startswith("只改了工作经历的")
    assert str(shapes.label("new:annual_assessment")) == "只新增年度考核"


def test_what_wants_most_care_comes_first() -> None:
    order = ["first", "key", "mixed", "delete:paper", "new:post_appointment", "new:contact"]
    order += ["change:contact", "change:contact.email", "nochange"]

    assert sorted(reversed(order), key=shapes.by_risk) == order


def test_every_key_item_is_a_field_that_somebody_fills() -> None:
    for table, key in shapes.KEY_ITEMS:
        assert not TABLES[table].dictionary.fields[key].readonly
