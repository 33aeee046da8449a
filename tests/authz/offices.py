"""How to ask for what concerns files, units, accounts, and for imports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.authz.asking import How, Make, code_of, id_of, place_of, word
from tests.authz.bench import Ask, Upload
from tests.authz.world import BUREAUS, World
from tests.support.cast import id_number
from tms.admin_views.route_forms import fields_of
from tms.models import TABLES
from tms.workflow.route_edit import default_draft

if TYPE_CHECKING:
    from tests.authz.probes import Probe

# -- files, units, accounts ------------------------------------------------------------------------


def act(world: World, probe: Probe) -> Ask:
    data = {"action": word(probe, "action:"), "rowid": id_of(probe), "confirmed": "1", "note": "退"}
    return Ask("POST", f"/{place_of(probe)}/action/", data=data | held())


def held() -> dict[str, str]:
    """Until when, and why."""
    return {"until": f"{date.today() + timedelta(days=9)}", "reason": "核对"}


def freeze_unit(method: str) -> Make:
    def make(world: World, probe: Probe) -> Ask:
        data = held() if method == "POST" else {}
        return Ask(method, "/freeze/unit/", {"id": id_of(probe)}, data)

    return make


def move_file(world: World, probe: Probe) -> Ask:
    """To the other of two schools that every bureau above S1 reaches."""
    other = "S1" if probe.target and probe.target.unit == "S2" else "S2"
    data = {"school": world.units[other].code, "reason": "建错"}
    return Ask("POST", "/teacher/school/", {"id": id_of(probe)}, data)


def one_person(method: str) -> Make:
    def make(world: World, probe: Probe) -> Ask:
        data = {"sure": "y"} if method == "POST" else {}
        return Ask(method, "/unit/one-person/", {"id": id_of(probe)}, data)

    return make


def several(world: World, probe: Probe) -> Ask:
    return Ask("POST", "/unit/one-person/revoke/", data={"id": id_of(probe)})


def verdict(world: World, probe: Probe) -> Ask:
    """On the page of one file."""
    data = {"id": id_of(probe), "do": word(probe, "do:"), "confirmed": "1", "note": "退"}
    return Ask("POST", "/inbox/judge/", data=data)


def new_file(world: World, probe: Probe) -> Ask:
    items = {
        "name": "新来者",
        "gender": "1",
        "birth_date": "1985-03-12",
        "id_type": "1",
        "id_number": id_number(993),
    }
    place = {"school": code_of(world, probe), "person_kind": "established"}
    return Ask("POST", "/teacher/new/", data=items | place)


def new_unit(world: World, probe: Probe) -> Ask:
    below_bureau = _below_bureau(probe)
    kind = "school" if below_bureau else "secondary_unit"
    data = {
        "code": "9999999999",
        "name": "新单位",
        "level": "5",
        "kind": kind,
        "school_category": "primary_secondary" if below_bureau else "",
        "supervisor": code_of(world, probe),
    }
    return Ask("POST", "/unit/new/", data=data)


def edit_unit(world: World, probe: Probe) -> Ask:
    data = {"name": "改名", "school_category": "primary_secondary"}
    return Ask("POST", "/unit/edit/", {"id": id_of(probe)}, data)


def unit_act(world: World, probe: Probe) -> Ask:
    """An act as the form sends it: previewed, then confirmed with what the preview said."""
    act = word(probe, "act:")
    query = {"act": act, "id": id_of(probe)}
    own = world.units[probe.who.unit].code
    target = {"move": own, "merge": _into(world, probe)}.get(act, "")
    data = {"step": "confirm", "target": target, "name": "改名", "on": f"{date.today()}"}
    preview = Ask("POST", "/unit/act/", query, data | {"step": "preview"})
    return Ask("POST", "/unit/act/", query, data, preview)


def _into(world: World, probe: Probe) -> str:
    """Another school in reach of all but schools; or one that is beyond the reach."""
    if "beyond" in probe.line.words:
        return "none" if probe.who.unit == "M" else world.units["F1"].code
    return world.units["S1" if probe.target and probe.target.unit == "S2" else "S2"].code


def act_form(world: World, probe: Probe) -> Ask:
    """The form of an act."""
    return Ask("GET", "/unit/act/", {"act": word(probe, "act:"), "id": id_of(probe)})


def new_account(world: World, probe: Probe) -> Ask:
    data = {
        "username": "newcomer",
        "name": "新责任人",
        "role": word(probe, "role:"),
        "unit": code_of(world, probe),
    }
    return Ask("POST", "/account/new/", data=data)


def assign(world: World, probe: Probe) -> Ask:
    unit = world.units[probe.who.unit].code
    data = {"id": id_of(probe), "role": "tech_support", "unit": unit}
    return Ask("POST", "/account/assign/", data=data)


def release(world: World, probe: Probe) -> Ask:
    held = probe.target.assignment if probe.target else 0
    return Ask("POST", "/account/release/", data={"id": id_of(probe), "assignment": held})


def account(function: str) -> How:
    def make(world: World, probe: Probe) -> Ask:
        data = {"id": id_of(probe), "disabled": "1", "until": "2099-12-31"}
        return Ask("POST", f"/account/{function}/", data=data)

    return How("account", make)


def below(world: World, probe: Probe) -> Ask:
    return Ask("GET", "/lookup/below", {"below": code_of(world, probe)})


# -- routes ----------------------------------------------------------------------------------------


def route(world: World, probe: Probe) -> Ask:
    return Ask("GET", "/route/", {"unit": id_of(probe)} if probe.target else {})


def route_form(world: World, probe: Probe) -> Ask:
    return Ask("GET", "/route/edit/", {"unit": id_of(probe)})


def new_route(world: World, probe: Probe) -> Ask:
    """The default without the first review."""
    draft = default_draft(0)
    data: dict[str, Any] = {"do": "confirm", "note": "学院不再初审"}
    for name, value in fields_of(replace(draft, steps=draft.steps[1:])):
        data.setdefault(name, []).append(value)
    return Ask("POST", "/route/edit/", {"unit": id_of(probe)}, data)


# -- imports ---------------------------------------------------------------------------------------


def import_(world: World, probe: Probe) -> Ask:
    into = word(probe, "into:")
    sheet = {"unit": _unit_sheet, "teacher": _teacher_sheet, "section": _section_sheet}
    sheet |= {"number": _number_sheet}
    data = {
        "file": Upload("\r\n".join(sheet[into](world, probe)).encode("utf-8-sig")),
        "into": "work_experience" if into == "section" else into,
        "mode": "append",
        "keep": "person",
        "incomplete": "draft",
        "in_force": "refuse",
    }
    return Ask("POST", "/import/", data=data)


def _unit_sheet(world: World, probe: Probe) -> tuple[str, str]:
    inner = ("secondary_unit", "")
    kind, category = ("school", "primary_secondary") if _below_bureau(probe) else inner
    head = "code,name,level,kind,school_category,supervisor_code"
    return head, f"9999999999,新单位,school,{kind},{category},{code_of(world, probe)}"


def _below_bureau(probe: Probe) -> bool:
    return probe.target is not None and probe.target.unit in BUREAUS


def _teacher_sheet(world: World, probe: Probe) -> tuple[str, str]:
    head = "姓名,性别,出生日期,身份证件类型,身份证件号码,学校(机构)标识码"
    return head, f"新来者,1,1985-03-12,1,{id_number(993)},{code_of(world, probe)}"


def _number_sheet(world: World, probe: Probe) -> tuple[str, str]:
    number = probe.target.number if probe.target else ""
    return "个人标识码,正式标识码", f"{number},T360000000000000016"


def _section_sheet(world: World, probe: Probe) -> tuple[str, str]:
    table = TABLES["work_experience"].dictionary
    labels = (table.fields[key].zh for key in ("unit_name", "start_month", "unit_nature"))
    number = probe.target.number if probe.target else ""
    return ",".join(("个人标识码", *labels)), f"{number},别处的学校,1999-09,20"
