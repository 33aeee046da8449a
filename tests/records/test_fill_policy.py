"""Moving fields: at once for saves, files, imports, templates and checks, there and only there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.exchange.test_imports import number_of, take
from tests.support.cast import Cast, teacher_actor
from tms.access import Actor, bind
from tms.actors import actor_for
from tms.dictionary import Category, Filler
from tms.errors import Conflict, Invalid, NotAllowed
from tms.exchange.how import How
from tms.exchange.template_columns import slots_of, tables_for
from tms.models import TABLES, AuditEvent
from tms.records import RowChange, completeness, save
from tms.records.fill_policy import set_fillers

KINDERGARTEN, PRIMARY = "3136000102", "3136000101"
CONTACT, STUDY = "contact", "study_experience"
KG = Category.KINDERGARTEN


def anew(cast: Cast, name: str) -> Actor:
    """*name* as the next request finds him."""
    actor = actor_for(cast.session, name)
    bind(cast.session, actor)
    return actor


def say(cast: Cast, name: str = "county_admin", table: str = CONTACT, **said: str) -> int:
    number = set_fillers(cast.session, anew(cast, name), KG, table, said)
    cast.session.commit()
    return number


def teacher_of(cast: Cast, unit: str) -> Actor:
    """The teacher of a new file at *unit*, as the next request finds him."""
    made = cast.make_file(unit)
    actor = teacher_actor(cast, made, unit)
    category = KG if unit == KINDERGARTEN else Category.PRIMARY_SECONDARY
    rules = actor_for(cast.session, "county_info").policy
    return replace(actor, unit_category=category, policy=rules)


def write(cast: Cast, actor: Actor, **values: str) -> None:
    bind(cast.session, actor)
    save(cast.session, actor, {CONTACT: [RowChange(actor.teacher_id, values)]})


def required() -> str:
    """A field that the teacher fills and every record must have."""
    fields = TABLES[STUDY].dictionary.fields_for(KG)
    return next(
        f.key for f in fields if f.required[KG] == "always" and f.filled_by[KG] == "teacher"
    )


def first(table: str = CONTACT) -> str:
    """A field that the teacher fills and nobody must."""
    fields = TABLES[table].dictionary.fields_for(KG)
    return next(f.key for f in fields if f.required[KG] == "never" and f.kind == "text")


def test_a_switch_for_kindergartens_holds_there_and_only_there(cast: Cast) -> None:
    say(cast, **{first(): "school"})

    with pytest.raises(NotAllowed):
        write(cast, teacher_of(cast, KINDERGARTEN), **{first(): "12345678"})
    write(cast, teacher_of(cast, PRIMARY), **{first(): "12345678"})
    anew(cast, "kindergarten_info")
    made = cast.make_file(KINDERGARTEN)
    change = RowChange(made, {first(): "12345678"})
    save(cast.session, anew(cast, "kindergarten_info"), {CONTACT: [change]})


def test_a_neighbour_keeps_what_is_declared(cast: Cast) -> None:
    say(cast, **{first(): "bureau"})
    field = TABLES[CONTACT].dictionary.fields[first()]
    policy = anew(cast, "neighbour_info").policy

    assert policy.filler(field, KG, cast.units["360103"].unit_path) is Filler.TEACHER
    assert policy.filler(field, KG, cast.units["360102"].unit_path) is Filler.BUREAU


def test_a_school_cannot_take_back_what_its_bureau_moved(cast: Cast) -> None:
    set_fillers(
        cast.session,
        anew(cast, "county_admin"),
        Category.PRIMARY_SECONDARY,
        CONTACT,
        {first(): "school"},
    )
    cast.session.commit()
    school = anew(cast, "school_admin")
    category = Category.PRIMARY_SECONDARY

    with pytest.raises(Invalid):
        set_fillers(cast.session, school, category, CONTACT, {first(): "teacher"})
    assert set_fillers(cast.session, school, category, CONTACT, {first(): "bureau"}) == 1
    with pytest.raises(Conflict):
        set_fillers(cast.session, school, KG, CONTACT, {first(): "bureau"})


def test_required_fields_are_never_hidden_and_only_system_administrators_say(cast: Cast) -> None:
    with pytest.raises(Invalid):
        say(cast, table=STUDY, **{required(): "hidden"})
    cast.session.rollback()
    with pytest.raises(NotAllowed):
        say(cast, "county_info", **{first(): "school"})


def test_a_hidden_field_has_no_column_in_a_template_and_none_in_a_check(cast: Cast) -> None:
    say(cast, **{first(): "hidden"})
    school = anew(cast, "kindergarten_info")
    kept = slots_of(cast.session, school, TABLES[CONTACT], KG, How())

    assert first() not in {slot.column.key for slot in kept}
    assert CONTACT in tables_for(school, KG)
    beside = anew(cast, "school_info")
    slots = slots_of(cast.session, beside, TABLES[CONTACT], Category.PRIMARY_SECONDARY, How())
    assert first() in {slot.column.key for slot in slots}


def test_a_missing_field_keeps_whoever_fills_it(cast: Cast) -> None:
    made = cast.make_file(KINDERGARTEN)
    say(cast, table=STUDY, **{required(): "school"})
    school = anew(cast, "kindergarten_info")
    save(cast.session, school, {STUDY: [RowChange(made, {})]})

    ((_header, found),) = completeness.findings(cast.session, [made])

    about = [f for f in found if (f.table, f.field) == (STUDY, required())]
    assert [f.filler for f in about] == [Filler.SCHOOL]
    assert not set(about) & set(completeness.blocking(found, Filler.TEACHER))
    assert set(about) <= set(completeness.blocking(found))


def test_moving_is_in_the_audit_with_what_was_before(cast: Cast) -> None:
    assert say(cast, **{first(): "school"}) == 1
    assert say(cast, **{first(): "school"}) == 0
    assert say(cast, **{first(): ""}) == 1
    anew(cast, "auditor")
    statement = select(AuditEvent.detail).where(AuditEvent.act == "policy.set")
    details = list(cast.session.scalars(statement.order_by(AuditEvent.id)))

    assert [d["said"] for d in details] == [{first(): "school"}, {first(): ""}]
    assert details[1]["before"] == {first(): "school"}
    assert not anew(cast, "county_admin").policy


def test_an_import_of_two_schools_takes_the_field_where_it_is_collected(cast: Cast) -> None:
    there, beside = cast.make_file(KINDERGARTEN), cast.make_file(PRIMARY)
    say(cast, **{first(): "hidden"})
    cast.staff["county_info"] = anew(cast, "county_info")
    rows = [(number_of(cast, each), "江西省示例路1号") for each in (there, beside)]

    result = take(cast, "county_info", ("个人标识码", first()), *rows, incomplete="draft")

    model = TABLES[CONTACT]
    stored = select(model.teacher_id).where(getattr(model, first()).is_not(None))
    anew(cast, "county_info")
    assert list(cast.session.scalars(stored)) == [beside]
    assert result.new >= 1
