"""Making files, units and accounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.cast import PASSWORD, Cast, id_number
from tms.access import Role
from tms.access.passwords import verify_password
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import Level, Teacher, Unit, UnitKind, UnitName, User
from tms.models.unit import child_path, segment
from tms.records import NewFile, create_files
from tms.records.accounts import NewUser, create_user, reset_password, set_disabled
from tms.records.units import NewUnit, change_unit, create_unit

ITEMS: dict[str, Any] = {
    "name": "王小明",
    "gender": "1",
    "birth_date": date(1985, 3, 12),
    "id_number": id_number(777),
}


def new(cast: Cast, unit: str = "3136000101", **values: Any) -> NewFile:
    return NewFile(cast.units[unit].id, ITEMS | values)


def test_a_file_has_its_temporary_number_and_an_account_at_once(cast: Cast) -> None:
    (teacher,) = create_files(cast.session, cast.act_as("school_admin"), [new(cast)])

    made = cast.session.scalars(select(Teacher).where(Teacher.id == teacher)).one()
    assert made.teacher_no.startswith("L36")
    assert len(made.teacher_no) == 18
    assert made.name == "王小明"
    user = cast.session.scalars(select(User).where(User.teacher_id == teacher)).one()
    assert user.username is None
    assert user.password_hash is None


def test_a_system_administrator_gives_the_account_items_only(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        create_files(cast.session, cast.act_as("school_admin"), [new(cast, nationality="156")])


def test_a_file_cannot_be_made_elsewhere(cast: Cast) -> None:
    with pytest.raises(NotFound):
        create_files(cast.session, cast.act_as("school_info"), [new(cast, "3136000201")])


@pytest.mark.parametrize(
    ("key", "wrong", "rule"),
    [
        ("id_number", id_number(777)[:-1] + "A", "B03"),
        ("id_number", id_number(778), "B02"),
        ("birth_date", date(2999, 1, 1), "B07"),
        ("name", "王 小明", "B01"),
    ],
)
def test_account_items_that_contradict_each_other_make_no_file(
    cast: Cast, key: str, wrong: Any, rule: str
) -> None:
    """The door refuses what a list is refused for; the account is found by these items (R22)."""
    with pytest.raises(Invalid) as refusal:
        create_files(cast.session, cast.act_as("school_info"), [new(cast, **{key: wrong})])

    assert rule in {finding.rule for finding in refusal.value.findings}


@pytest.mark.parametrize("missing", ["name", "gender", "birth_date", "id_number"])
def test_each_account_item_is_needed(cast: Cast, missing: str) -> None:
    with pytest.raises(Invalid):
        create_files(cast.session, cast.act_as("school_info"), [new(cast, **{missing: ""})])


def test_the_same_number_twice_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        create_files(cast.session, cast.act_as("school_info"), [new(cast), new(cast)])


def test_a_contract_under_a_year_is_out_of_scope(cast: Cast) -> None:
    """R27: eleven months are refused, twelve accepted."""
    base = replace(new(cast), person_kind="contract_1y", contract_start=date(2025, 9, 1))
    actor = cast.act_as("school_info")

    with pytest.raises(Invalid):
        create_files(cast.session, actor, [replace(base, contract_end=date(2026, 7, 31))])
    assert create_files(cast.session, actor, [replace(base, contract_end=date(2026, 8, 31))])


def test_paths_grow_by_one_segment_and_overflow_is_refused() -> None:
    assert child_path("0001", None) == "00010001"
    assert child_path("0001", "0001000Z") == "00010010"
    with pytest.raises(OverflowError):
        segment(36**4)


def unit(cast: Cast, **values: Any) -> NewUnit:
    base = NewUnit(
        "3136000199",
        "东湖县第九小学",
        Level.SCHOOL,
        UnitKind.SCHOOL,
        school_category="primary_secondary",
        supervisor_id=cast.units["360102"].id,
    )
    return replace(base, **values)


def test_a_county_makes_a_school_below_itself(cast: Cast) -> None:
    made = create_unit(cast.session, cast.act_as("county_admin"), unit(cast))

    assert made.unit_path.startswith(cast.units["360102"].unit_path)
    assert made.unit_path != cast.units["3136000102"].unit_path


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"supervisor_id": -1}, NotFound),
        ({"school_category": None}, Invalid),
        ({"code": "3136000101"}, Conflict),
        ({"kind": UnitKind.SECONDARY_UNIT}, Invalid),
        ({"name": " "}, Invalid),
    ],
)
def test_units_that_do_not_fit_are_refused(
    cast: Cast, values: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        create_unit(cast.session, cast.act_as("county_admin"), unit(cast, **values))


def test_a_unit_cannot_be_made_under_the_neighbour(cast: Cast) -> None:
    under = unit(cast, supervisor_id=cast.units["360103"].id)
    with pytest.raises(NotFound):
        create_unit(cast.session, cast.act_as("county_admin"), under)


def test_a_renamed_unit_keeps_its_former_name_with_dates(cast: Cast) -> None:
    school = cast.units["3136000101"]
    change_unit(cast.session, cast.act_as("county_admin"), school.id, {"name": "新名小学"})

    names = cast.session.scalars(
        select(UnitName).where(UnitName.unit_id == school.id).order_by(UnitName.id)
    ).all()
    assert [n.name for n in names] == ["东湖县第一小学", "新名小学"]
    assert names[0].to_on == names[1].from_on
    assert cast.session.scalars(select(Unit.name).where(Unit.id == school.id)).one() == "新名小学"


def test_nobody_changes_the_own_unit(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        change_unit(
            cast.session, cast.act_as("county_admin"), cast.units["360102"].id, {"name": "x"}
        )


@pytest.mark.parametrize(
    ("actor", "role", "unit_code", "allowed"),
    [
        ("county_admin", Role.INFO_ADMIN, "360102", True),
        ("county_admin", Role.SYSTEM_ADMIN, "3136000101", True),
        ("county_admin", Role.INFO_ADMIN, "3136000101", False),
        ("county_admin", Role.AUDITOR, "360102", False),
        ("province_admin", Role.SYSTEM_ADMIN, "360102", False),
        ("school_admin", Role.SCHOOL_HEAD, "3136000101", True),
    ],
)
def test_grants_follow_the_cascade(
    cast: Cast, actor: str, role: Role, unit_code: str, allowed: bool
) -> None:
    """R16: a county makes a school's system administrator, not its information administrator."""
    account = NewUser("new.user", role, cast.units[unit_code].id, "张三")
    if allowed:
        assert create_user(cast.session, cast.act_as(actor), account)
    else:
        with pytest.raises(NotAllowed):
            create_user(cast.session, cast.act_as(actor), account)


def test_an_account_needs_a_named_person(cast: Cast) -> None:
    """R15."""
    account = NewUser("nobody", Role.INFO_ADMIN, cast.units["360102"].id, " ")
    with pytest.raises(Invalid):
        create_user(cast.session, cast.act_as("county_admin"), account)


def test_a_user_name_is_given_once(cast: Cast) -> None:
    account = NewUser("neighbour_info", Role.INFO_ADMIN, cast.units["360102"].id, "张三")
    with pytest.raises(Conflict):
        create_user(cast.session, cast.act_as("county_admin"), account)


def test_a_reset_password_replaces_the_old_one(cast: Cast) -> None:
    user = cast.staff["county_query"].user_id or 0
    code = reset_password(cast.session, cast.act_as("county_admin"), user)

    stored = cast.session.scalars(select(User.password_hash).where(User.id == user)).one()
    assert verify_password(stored, code)
    assert not verify_password(stored, PASSWORD)


def test_an_administrator_cannot_disable_himself_or_a_stranger(cast: Cast) -> None:
    actor = cast.act_as("county_admin")
    with pytest.raises(Conflict):
        set_disabled(cast.session, actor, actor.user_id or 0, True)
    with pytest.raises(NotFound):
        set_disabled(cast.session, actor, cast.staff["neighbour_info"].user_id or 0, True)


def test_accounts_are_kept_where_their_roles_are_granted(cast: Cast) -> None:
    """In reach is not enough: whoever could reset a school's account would act under it."""
    actor = cast.act_as("county_admin")
    for name in ("school_info", "school_head"):
        user = cast.staff[name].user_id or 0
        with pytest.raises(NotAllowed):
            reset_password(cast.session, actor, user)
        with pytest.raises(NotAllowed):
            set_disabled(cast.session, actor, user, True)

    assert reset_password(cast.session, actor, cast.staff["school_admin"].user_id or 0)


def test_watchers_are_nobodys_to_reset(cast: Cast) -> None:
    """System administrator, security officer and auditor exclude each other (S6)."""
    for name in ("auditor", "officer"):
        with pytest.raises(NotAllowed):
            reset_password(
                cast.session, cast.act_as("province_admin"), cast.staff[name].user_id or 0
            )
