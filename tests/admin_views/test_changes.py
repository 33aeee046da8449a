"""变更申请 as people use them: forms, proofs, lists, the reviewer's choice, wishes, reopenings."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.admin_views.conftest import Office, Panel
from tests.support.begin import begun
from tests.support.changes import JPEG, PDF, STUDY, file_in_force, request, the_row, wanted
from tms.access import CONSOLE, bind
from tms.dictionary.scope import today
from tms.models import AuditEvent, ChangeRequest, Document, RequestStatus, User
from tms.records.requests import apply

TEACHER_PASSWORD = "Correct-horse-7"  # noqa: S105  of accounts that live for one test


@pytest.fixture
def teacher(office: Office) -> int:
    with office.cast() as cast:
        return begun(cast, file_in_force)


def row(office: Office, teacher: int, table: str = STUDY) -> dict[str, Any]:
    with office.cast() as cast:
        return the_row(cast, teacher, table)


def ask(
    panel: Panel, office: Office, teacher: int, table: str = STUDY, **data: Any
) -> TestResponse:
    """Post the form of 申请变更 for the file's first row."""
    found = row(office, teacher, table)
    given = {"row_version": found["content_version"], "ask-reason": "录入有误", **data}
    query = {"id": found["id"]}
    return panel.post(f"/{table}/change/", given, query_string=query)


def made(office: Office) -> Any:
    """The latest request or wish."""
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        latest = cast.session.scalar(select(ChangeRequest.id).order_by(ChangeRequest.id.desc()))
        return request(cast, latest or 0)


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


# -- the form --------------------------------------------------------------------------------------


def test_the_form_shows_what_is_in_force_beside_each_field(office: Office, teacher: int) -> None:
    panel = office.login("school_info")
    page = text(panel.get(f"/{STUDY}/change/", id=row(office, teacher)["id"]))

    assert "申请变更" in page
    assert "生效值：<b>汉语言文学</b>" in page
    assert "关键信息，变更须附证明" in page


def test_a_change_is_applied_for_and_shows_old_and_new(office: Office, teacher: int) -> None:
    panel = office.login("school_info")

    answer = ask(panel, office, teacher, major="数学")

    assert answer.status_code == 302
    assert made(office).patch == {"major": "数学"}
    page = text(panel.get(answer.location))
    assert all(word in page for word in ("汉语言文学", "数学", "录入有误", "尚未报送"))
    file = text(panel.get("/teacher/details/", id=teacher))
    assert 'id="requests"' in file
    assert f'value="submit:{teacher}"' in file


def test_an_error_keeps_everything_that_was_typed(office: Office, teacher: int) -> None:
    panel = office.login("school_info")
    upload = (BytesIO(PDF), "证明.pdf")

    answer = ask(panel, office, teacher, major="数学", **{"ask-reason": "", "ask-proof": upload})

    page = text(answer)
    assert answer.status_code == 422
    assert 'value="数学"' in page
    assert "请说明变更的理由。" in page
    assert "须重新选择" in page


def test_a_key_item_without_proof_is_refused_at_its_field(office: Office, teacher: int) -> None:
    panel = office.login("school_info")

    answer = ask(panel, office, teacher, degree_level="3", degree_name="304", major="数学")

    page = text(answer)
    assert answer.status_code == 422
    assert "变更须附证明材料" in page
    assert 'value="数学"' in page


def test_nothing_changed_is_said(office: Office, teacher: int) -> None:
    answer = ask(office.login("school_info"), office, teacher, major="汉语言文学")

    assert answer.status_code == 422
    assert "没有改动任何内容" in text(answer)


def test_a_second_request_is_refused_and_says_where_the_first_is(
    office: Office, teacher: int
) -> None:
    panel = office.login("school_info")
    ask(panel, office, teacher, major="数学")

    again = ask(panel, office, teacher, major="物理")
    page = text(panel.get(f"/{STUDY}/change/", id=row(office, teacher)["id"]))

    assert again.status_code == 409
    assert 'value="物理"' in text(again)
    assert "已有变更申请（尚未报送）" in page


def test_a_draft_is_edited_where_it_was_left(office: Office, teacher: int) -> None:
    panel = office.login("school_info")
    ask(panel, office, teacher, major="数学")
    found, at = made(office), row(office, teacher)
    query = {"id": at["id"], "request": found.id}

    page = text(panel.get(f"/{STUDY}/change/", **query))
    assert 'value="数学"' in page
    data = {"row_version": at["content_version"], "ask-request_version": 1, "major": "物理"}
    data["ask-reason"] = "再核"
    answer = panel.post(f"/{STUDY}/change/", data, query_string=query)

    assert answer.status_code == 302
    assert (made(office).id, made(office).patch) == (found.id, {"major": "物理"})


def test_the_open_form_is_judged_with_what_is_typed(office: Office, teacher: int) -> None:
    panel = office.login("school_info")
    at = row(office, teacher)
    data = {"graduation_month": "2003-06"}

    answer = panel.post(f"/{STUDY}/change/judge/", data, query_string={"id": at["id"]})

    assert answer.status_code == 200
    assert answer.json["graduation_month"]["findings"]
    assert row(office, teacher) == at


def test_a_deletion_is_applied_for(office: Office, teacher: int) -> None:
    panel = office.login("school_info")
    at = row(office, teacher)
    data = {"row_version": at["content_version"], "ask-reason": "重复"}
    query = {"id": at["id"]}
    assert panel.post(f"/{STUDY}/remove/", data, query_string=query).status_code == 422

    data["ask-proof"] = (BytesIO(JPEG), "证明.jpg")
    assert panel.post(f"/{STUDY}/remove/", data, query_string=query).status_code == 302

    assert made(office).kind == "delete"
    assert row(office, teacher) == at


@pytest.mark.parametrize("who", ["school_head", "county_query"])
def test_whoever_does_not_fill_has_no_such_form(office: Office, teacher: int, who: str) -> None:
    panel = office.login(who)

    assert panel.get(f"/{STUDY}/change/", id=row(office, teacher)["id"]).status_code == 403
    assert "申请变更" not in text(panel.get("/teacher/details/", id=teacher))


def test_another_schools_row_is_not_there(office: Office, teacher: int) -> None:
    panel = office.login("far_school_info")

    assert panel.get(f"/{STUDY}/change/", id=row(office, teacher)["id"]).status_code == 404


# -- proofs ----------------------------------------------------------------------------------------


def stored(office: Office) -> list[Path]:
    folder = Path(office.application.config["TMS_DATA_DIR"]) / "documents"
    return sorted(folder.glob("*")) if folder.exists() else []


def proof_of(office: Office, teacher: int) -> int:
    """A request with a proof; returns the proof's id."""
    data = {"degree_level": "3", "degree_name": "304", "ask-proof": (BytesIO(PDF), "证书.pdf")}
    answer = ask(office.login("school_info"), office, teacher, **data)
    assert answer.status_code == 302
    return int(made(office).proof_id)


def test_a_proof_lies_encrypted_under_a_name_that_says_nothing(
    office: Office, teacher: int
) -> None:
    proof_of(office, teacher)

    (path,) = stored(office)
    assert b"%PDF" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "证书" not in path.name


def test_a_refused_request_leaves_no_proof_behind(office: Office, teacher: int) -> None:
    panel = office.login("school_info")
    data = {"degree_level": "无此码", "ask-proof": (BytesIO(PDF), "证书.pdf")}

    assert ask(panel, office, teacher, **data).status_code == 422

    assert stored(office) == []
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        assert cast.session.scalars(select(Document.id)).all() == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.4 cut off",
        b"<script>alert(1)</script>",
        JPEG[:-2],
        b"MZ" + PDF,
    ],
)
def test_what_is_no_document_is_refused(office: Office, teacher: int, content: bytes) -> None:
    panel = office.login("school_info")
    data = {"major": "数学", "ask-proof": (BytesIO(content), "证书.pdf")}

    answer = ask(panel, office, teacher, **data)

    assert answer.status_code == 422
    assert "证明材料" in text(answer)
    assert stored(office) == []


def test_a_proof_is_handed_out_as_an_attachment_and_noted(office: Office, teacher: int) -> None:
    proof = proof_of(office, teacher)

    answer = office.login("county_info").get("/request/proof/", id=proof)

    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        events = cast.session.scalars(select(AuditEvent).where(AuditEvent.act == "proof.read"))
        (event,) = events.all()
        assert event.user_id == cast.staff["county_info"].user_id


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("far_school_info", 404),
        ("neighbour_info", 404),
        ("county_query", 403),
        ("school_head", 200),
    ],
)
def test_only_the_office_and_reviewers_open_proofs(
    office: Office, teacher: int, who: str, status: int
) -> None:
    proof = proof_of(office, teacher)

    assert office.login(who).get("/request/proof/", id=proof).status_code == status


# -- lists and counts ------------------------------------------------------------------------------


def test_the_list_says_what_who_and_where(office: Office, teacher: int) -> None:
    panel = office.login("school_info")
    ask(panel, office, teacher, major="数学")

    page = text(panel.get("/request/"))

    assert "专业：汉语言文学 → 数学" in re.sub(r"\s+", " ", page)
    assert re.search(r"变更申请</span><b>1</b>", page)
    assert "没有" in text(office.login("far_school_info").get("/request/"))


def test_grids_export_and_file_show_the_old_value_until_the_approval(
    office: Office, teacher: int
) -> None:
    school, head, county = (office.login(n) for n in ("school_info", "school_head", "county_info"))
    ask(school, office, teacher, major="数学")
    assert "变更申请：尚未报送" in text(school.get("/teacher/details/", id=teacher))
    act(school, "submit", teacher)
    assert "变更申请：审核中" in text(school.get("/teacher/details/", id=teacher))
    act(head, "pass", teacher)
    act(head, "report", teacher)

    assert shown(county, office, teacher) == {"汉语言文学"}
    act(county, "pass", teacher)

    assert shown(county, office, teacher) == {"数学"}


def shown(panel: Panel, office: Office, teacher: int) -> set[str]:
    """Which of the two values grid, details and export say."""
    panel.post(f"/{STUDY}/columns/", {"column": ["teacher", "major"]})
    pages = (
        panel.get(f"/{STUDY}/"),
        panel.get(f"/{STUDY}/details/", id=row(office, teacher)["id"]),
        panel.get(f"/{STUDY}/export/csv/"),
    )
    found = [{word for word in ("汉语言文学", "数学") if word in text(page)} for page in pages]
    assert found[0] == found[1] == found[2]
    return found[0]


def act(panel: Panel, verb: str, teacher: int) -> None:
    data = {"action": verb, "rowid": [str(teacher)], "confirmed": "1"}
    answer = panel.post("/teacher/action/", data)
    assert answer.status_code == 200, text(answer)
    assert re.search(r"<b>1</b><small>份已办理", text(answer))


# -- the reviewer's choice -------------------------------------------------------------------------


def test_a_reviewer_accepts_some_fields_and_refuses_others(office: Office, teacher: int) -> None:
    school, head = office.login("school_info"), office.login("school_head")
    new = {"major": "数学", "education_institution": "另一所大学", "admission_month": "2004-10"}
    ask(school, office, teacher, **new)
    act(school, "submit", teacher)
    found = made(office)

    page = text(head.get("/inbox/file/", id=teacher))
    assert f'name="refuse-{found.id}-major"' in page
    assert "汉语言文学" in page
    data = {"id": teacher, "do": "pass", f"refuse-{found.id}-admission_month": "1"}
    unexplained = head.post("/inbox/judge/", data)
    assert unexplained.status_code == 422
    data[f"why-{found.id}-admission_month"] = "与毕业证不符"
    assert head.post("/inbox/judge/", data).status_code == 302

    assert set(made(office).refused) == {"admission_month"}
    page = text(school.get("/request/details/", id=found.id))
    assert "不接受：与毕业证不符" in page


def test_a_refusal_without_a_reason_is_kept_and_asked_for(office: Office, teacher: int) -> None:
    school, head = office.login("school_info"), office.login("school_head")
    new = {"major": "数学", "education_institution": "另一所大学", "admission_month": "2004-10"}
    ask(school, office, teacher, **new)
    act(school, "submit", teacher)
    number = made(office).id
    names = [f"{number}-{key}" for key in ("major", "admission_month", "education_institution")]
    data = {"id": teacher, "do": "pass", f"refuse-{names[0]}": "1", f"refuse-{names[1]}": "1"}
    data |= {f"refuse-{names[2]}": "", f"why-{names[0]}": "与<证书>不符", f"why-{names[1]}": " "}

    answer = head.post("/inbox/judge/", data)

    page = text(answer)
    assert answer.status_code == 422
    assert [chosen(page, name) for name in names] == ["1", "1", ""]
    first, second, third = (inputs(page, f"why-{name}")[0] for name in names)
    assert 'value="与&lt;证书&gt;不符"' in first
    assert "aria-invalid" not in first + third
    assert 'aria-invalid="true"' in second
    assert "autofocus" in second
    assert page.count("autofocus") == 1
    assert f'id="lacks-{names[1]}"><span>不接受须说明理由。' in page
    assert made(office).refused in (None, {})


def test_the_way_back_from_a_return_keeps_refusals(office: Office, teacher: int) -> None:
    school, head = office.login("school_info"), office.login("school_head")
    ask(school, office, teacher, major="数学")
    act(school, "submit", teacher)
    number = made(office).id
    name = f"{number}-major"
    on = f"change_request:{number}"
    data = {"id": teacher, "do": "return", "on": on, f"refuse-{name}": "1", f"why-{name}": ""}

    asked = text(head.post("/inbox/judge/", data))
    form = asked[asked.index('<form id="look"') :]
    posted = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    page = text(head.post("/inbox/judge/", posted))

    assert posted["do"] == "look"
    assert chosen(page, name) == "1"
    assert "aria-invalid" not in page
    assert re.search(rf'value="{on}" checked', page)


def inputs(page: str, name: str) -> list[str]:
    """The tags of the inputs called *name*."""
    return re.findall(rf'<input [^>]*name="{re.escape(name)}"[^>]*>', page)


def chosen(page: str, name: str) -> str:
    """Which radio of a choice is on."""
    (tag,) = (each for each in inputs(page, f"refuse-{name}") if " checked" in each)
    return re.findall(r'value="([^"]*)"', tag)[0]


# -- wishes ----------------------------------------------------------------------------------------


def as_teacher(office: Office, teacher: int) -> Panel:
    """The file's own account."""
    from tests.support.cast import id_number
    from tms.access.passwords import hash_password

    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        user = cast.session.scalars(select(User).where(User.teacher_id == teacher)).one()
        user.password_hash = hash_password(TEACHER_PASSWORD)
        cast.session.commit()
        number = id_number(cast.serial)
    return office.login(number, TEACHER_PASSWORD)


def wish(office: Office, panel: Panel, teacher: int, **data: Any) -> TestResponse:
    found = row(office, teacher)
    given = {"row_version": found["content_version"], **data}
    return panel.post(f"/{STUDY}/wish/", given, query_string={"id": found["id"]})


def test_a_teacher_wishes_and_the_school_takes_it_over(office: Office, teacher: int) -> None:
    own, school = as_teacher(office, teacher), office.login("school_info")
    assert "更正意愿" in text(own.get("/teacher/details/", id=teacher))
    answer = wish(office, own, teacher, major="数学", **{"ask-reason": "专业写错了"})
    assert answer.status_code == 302
    asked = made(office)
    assert (asked.status, asked.patch) == (RequestStatus.WISH, {"major": "数学"})

    page = text(school.get("/request/", status="wish"))
    assert "专业写错了" in page or "数学" in page
    at = row(office, teacher)
    query = {"id": at["id"], "request": asked.id}
    form = text(school.get(f"/{STUDY}/change/", **query))
    assert 'value="数学"' in form
    data = {"row_version": at["content_version"], "major": "数学", "ask-reason": "经核属实"}
    assert school.post(f"/{STUDY}/change/", data, query_string=query).status_code == 302

    assert made(office).wish_id == asked.id


def test_a_wish_is_declined_and_the_teacher_reads_why(office: Office, teacher: int) -> None:
    own, school = as_teacher(office, teacher), office.login("school_info")
    wish(office, own, teacher, **{"ask-reason": "专业写错了"})
    asked = made(office).id

    assert school.post("/request/decline/", {"id": asked, "reason": " "}).status_code == 422
    answer = school.post("/request/decline/", {"id": asked, "reason": "与毕业证一致"})

    assert answer.status_code == 302
    assert "与毕业证一致" in text(own.get("/request/details/", id=asked))


def test_a_wish_is_between_the_teacher_and_the_office(office: Office, teacher: int) -> None:
    wish(office, as_teacher(office, teacher), teacher, **{"ask-reason": "专业写错了"})
    asked = made(office).id

    for who in ("school_head", "county_query", "county_info"):
        panel = office.login(who)
        assert panel.get("/request/details/", id=asked).status_code == 404
        assert "专业写错了" not in text(panel.get("/request/"))
        assert "专业写错了" not in text(panel.get("/teacher/details/", id=teacher))


# -- reopenings ------------------------------------------------------------------------------------


def test_a_bureau_reopens_and_the_teacher_proposes(office: Office, teacher: int) -> None:
    county, own = office.login("county_info"), as_teacher(office, teacher)
    assert "重开补正" in text(county.get("/teacher/details/", id=teacher))
    query = {"teacher_id": teacher, "table": STUDY}
    assert 'value="major"' in text(county.get("/reopening/open/", **query))
    until = today() + timedelta(days=7)
    data = {"fields": ["major"], "reason": "核对专业", "until": until.isoformat()}
    answer = county.post("/reopening/open/", data, query_string=query)
    assert answer.status_code == 302
    listed = text(own.get("/reopening/"))
    assert "核对专业" in listed
    assert f">{until.isoformat()}</td>" in listed, "its last day, not the midnight after it"

    form = text(own.get(f"/{STUDY}/change/", id=row(office, teacher)["id"]))
    assert 'name="major"' in form
    assert 'name="education_institution"' not in form
    assert ask(own, office, teacher, major="数学", **{"ask-reason": ""}).status_code == 302
    assert made(office).reopening_id is not None


def test_a_closed_reopening_lets_nobody_propose(office: Office, teacher: int) -> None:
    county, own = office.login("county_info"), as_teacher(office, teacher)
    query = {"teacher_id": teacher, "table": STUDY}
    data = {"reason": "核对", "until": (today() + timedelta(days=7)).isoformat()}
    place = county.post("/reopening/open/", data, query_string=query).location
    number = re.search(r"id=(\d+)", place)
    assert number
    assert county.post("/reopening/close/", {"id": number[1]}).status_code == 302

    refused = ask(own, office, teacher, major="数学")
    assert refused.status_code == 409
    assert 'value="数学"' in text(refused)
    assert "没有重开" in text(own.get(f"/{STUDY}/change/", id=row(office, teacher)["id"]))


def test_a_past_day_is_refused(office: Office, teacher: int) -> None:
    county = office.login("county_info")
    query = {"teacher_id": teacher, "table": STUDY}
    data = {"reason": "核对", "until": (today() - timedelta(days=2)).isoformat()}

    answer = county.post("/reopening/open/", data, query_string=query)

    assert answer.status_code == 422
    assert "截止时间须在以后" in text(answer)


def test_numbers_stay_masked_and_out_of_addresses(office: Office, teacher: int) -> None:
    from tests.support.cast import id_number

    panel, number = office.login("school_info"), id_number(88)
    data = {"id_number": number, "ask-proof": (BytesIO(PDF), f"{number}.pdf")}
    answer = ask(panel, office, teacher, "basic_information", **data)
    assert answer.status_code == 302

    for place in (answer.location, "/request/", f"/teacher/details/?id={teacher}"):
        page = text(panel.get(place))
        assert number not in page
        assert number not in place
    assert number[-4:] in text(panel.get(answer.location))


def test_a_head_does_not_apply_by_a_forged_post(office: Office, teacher: int) -> None:
    with office.cast() as cast:
        what = wanted(cast, teacher, values={"major": "数学"})
        made_id = apply(cast.session, cast.act_as("school_info"), what)
        cast.session.commit()
    head = office.login("school_head")

    assert ask(head, office, teacher, major="物理").status_code == 403
    assert head.post("/request/cancel/", {"id": made_id}).status_code == 403
    assert made(office).status == RequestStatus.DRAFT
