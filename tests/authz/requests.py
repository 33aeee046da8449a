"""How to ask for each operation: the kind of target it takes, and the request that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.authz.asking import (
    How,
    arrange,
    delete_row,
    edit_row,
    export_,
    id_of,
    judge,
    list_,
    new_row,
    one,
    plain,
    print_,
    word,
)
from tests.authz.bench import Ask
from tests.authz.changes import ASKS as CHANGES
from tests.authz.exports import ASKS as EXPORTS
from tests.authz.mine import ASKS as MINE
from tests.authz.offices import (
    account,
    act,
    act_form,
    assign,
    below,
    edit_unit,
    freeze_unit,
    import_,
    move_file,
    new_account,
    new_file,
    new_route,
    new_unit,
    one_person,
    release,
    route,
    route_form,
    several,
    unit_act,
    verdict,
)
from tests.authz.papers import ASKS as PAPERS
from tests.authz.person_forms import ASKS as FORMS

if TYPE_CHECKING:
    from tests.authz.probes import Probe
    from tests.authz.world import World

#: Where the detail decides which units an act is asked of.
KIND_OF_ACT = {"move": "supervisor", "merge": "primary", "close": "empty"}
KIND_OF_IMPORT = {"unit": "supervisor", "teacher": "school", "section": "file", "number": "file"}


def _id(probe: Probe) -> dict[str, int]:
    return {"id": id_of(probe)}


def picked(world: World, probe: Probe) -> Ask:
    data = {"action": word(probe, "action:"), "rowid": 0}
    return Ask("POST", "/password_ask/action/", data=data)


def slips(world: World, probe: Probe) -> Ask:
    data = {"action": word(probe, "action:"), "rowid": 0}
    return Ask("POST", "/account/action/", data=data)


def reveal(world: World, probe: Probe) -> Ask:
    return Ask("POST", "/teacher/reveal/", _id(probe), {"purpose": "办理社保登记"})


def why_then(world: World, probe: Probe) -> Ask:
    number = probe.target.number if probe.target else ""
    asked = {"number": number, "place": "study_experience", "role": "teacher"}
    return Ask("GET", "/why/then/", asked | {"at": "2030-01-01T10:00"})


ASKS: dict[str, How] = {
    "static GET": plain("GET", "/static/css/tokens.css"),
    "admin.static GET": plain("GET", "/static/admin/admin/css/bootstrap4/admin.css"),
    "session.login GET": plain("GET", "/login"),
    "session.login POST": plain("POST", "/login", username="clerk-S1", password="wrong"),
    "session.logout POST": plain("POST", "/logout"),
    "session.second GET": plain("GET", "/login/code"),
    "session.second POST": plain("POST", "/login/code", code="123456"),
    "session.cas_login GET": plain("GET", "/login/cas"),
    "session.cas_back GET": plain("GET", "/login/cas/back"),
    "session.step_up GET": plain("GET", "/step-up"),
    "session.step_up POST": plain("POST", "/step-up"),
    "me.index GET": plain("GET", "/me/"),
    "me.end POST": plain("POST", "/me/end/", id=99999),
    "me.password GET": plain("GET", "/me/password/"),
    "me.password POST": plain("POST", "/me/password/", current="x", new="y", again="z"),
    "me.rules GET": plain("GET", "/me/rules/"),
    "me.rules POST": plain("POST", "/me/rules/"),
    "reach.index GET": plain("GET", "/me/file/"),
    "me.factor GET": plain("GET", "/me/factor/"),
    "me.factor POST": plain("POST", "/me/factor/", code="123456"),
    "session.locale POST": plain("POST", "/locale", locale="en"),
    "session.assignment POST": plain("POST", "/assignment", id=99999),
    "find.person POST": plain("POST", "/find", term="雀"),
    "sections.index GET": plain("GET", "/sections/"),
    "codes.index GET": plain("GET", "/codes/"),
    "codes.table GET": plain("GET", "/codes/gender"),
    "policy.index GET": plain("GET", "/policy/"),
    "policy.save POST": plain("POST", "/policy/save/", category="kindergarten", table="contact"),
    "route.index GET": How("university", route),
    "route.edit GET": How("university", route_form),
    "route.edit POST": How("university", new_route),
    "admin.index GET": plain("GET", "/"),
    "lookup.unit GET": plain("GET", "/lookup/unit"),
    "lookup.below GET": How("unit", below),
    "lookup.code GET": plain("GET", "/lookup/code/country"),
    "teacher.index_view GET": How("", list_),
    "teacher.details_view GET": How("file", one("details")),
    "teacher.mine GET": plain("GET", "/teacher/mine/"),
    "teacher.history_view GET": How("file", one("history")),
    "why_then.index GET": How("file", why_then),
    "why.index GET": How("file", lambda w, p: Ask("GET", "/why/", {"file": id_of(p)})),
    "teacher.create_view GET": plain("GET", "/teacher/new/"),
    "teacher.create_view POST": How("school", new_file),
    "teacher.edit_view GET": How("file", one("edit")),
    "teacher.edit_view POST": How("", lambda w, p: Ask("POST", "/teacher/edit/", {"id": 1})),
    "teacher.delete_view POST": How("file", delete_row),
    "teacher.export GET": How("", export_),
    "teacher.action_view POST": How("file", act),
    "notice.index_view GET": How("", list_),
    "notice.details_view GET": plain("GET", "/notice/details/?id=0"),
    "notice.create_view GET": plain("GET", "/notice/new/"),
    "notice.create_view POST": plain("POST", "/notice/new/", title=""),
    "notice.edit_view GET": plain("GET", "/notice/edit/?id=0"),
    "notice.edit_view POST": plain("POST", "/notice/edit/?id=0", title=""),
    "notice.withdraw_view POST": plain("POST", "/notice/withdraw/", id=0),
    "suggestion.index POST": plain("POST", "/suggestion/", id=99999),
    "inbox.index_view GET": How("", list_),
    "inbox.print_view GET": How("", print_),
    "inbox.mine_view GET": plain("GET", "/inbox/mine/"),
    "inbox.undo_view POST": plain("POST", "/inbox/undo/", act="0" * 32, pick="all"),
    "inbox.file_view GET": How("file", one("file")),
    "inbox.judge_view POST": How("file", verdict),
    "inbox.action_view POST": How("file", act),
    "waiting.index_view GET": How("", list_),
    "waiting.print_view GET": How("", print_),
    "returned.index_view GET": How("", list_),
    "returned.print_view GET": How("", print_),
    "section.index_view GET": How("", list_),
    "section.details_view GET": How("row", one("details")),
    "section.create_view GET": How("file", new_row("GET")),
    "section.create_view POST": How("file", new_row("POST")),
    "section.edit_view GET": How("row", one("edit")),
    "section.judge POST": How("row", judge),
    "section.edit_view POST": How("row", edit_row),
    "section.delete_view POST": How("row", delete_row),
    "section.export GET": How("", export_),
    "section.action_view POST": How("row", act),
    "unit.index_view GET": How("", list_),
    "unit.details_view GET": How("unit", one("details")),
    "unit.create_view GET": plain("GET", "/unit/new/"),
    "unit.create_view POST": How("supervisor", new_unit),
    "unit.edit_view GET": How("unit", one("edit")),
    "unit.edit_view POST": How("unit", edit_unit),
    "unit_tree.index GET": plain("GET", "/unit/tree/"),
    "unit_act.index GET": How("unit", act_form),
    "unit_act.index POST": How("unit", unit_act),
    "unit.delete_view POST": How("unit", delete_row),
    "unit.export GET": How("", export_),
    "security.index_view GET": How("", list_),
    "security.details_view GET": plain("GET", "/security/details/?id=0"),
    "security.tree GET": plain("GET", "/security/tree/"),
    "security.create_view GET": plain("GET", "/security/new/"),
    "security.create_view POST": plain("POST", "/security/new/", kind="risk"),
    "security.edit_view GET": plain("GET", "/security/edit/?id=0"),
    "security.edit_view POST": plain("POST", "/security/edit/?id=0", kind="risk"),
    "security.delete_view POST": plain("POST", "/security/delete/", id=0),
    "forgotten.ask GET": plain("GET", "/forgotten"),
    "forgotten.ask POST": plain("POST", "/forgotten", number="1", name="雀"),
    "password_ask.index_view GET": How("", list_),
    "password_ask.details_view GET": plain("GET", "/password_ask/details/?id=0"),
    "password_ask.create_view GET": plain("GET", "/password_ask/new/"),
    "password_ask.create_view POST": plain("POST", "/password_ask/new/", numbers="L0"),
    "password_ask.action_view POST": How("", picked),
    "account.expire POST": account("expire"),
    "handover.index_view GET": How("", list_),
    "handover.print_view GET": How("", print_),
    "handover.file GET": plain("GET", "/handover/file/"),
    "handover.details_view GET": plain("GET", "/handover/details/?id=0"),
    "handover.receive POST": plain("POST", "/handover/receive/", id=0),
    "audit.index_view GET": How("", list_),
    "audit.details_view GET": plain("GET", "/audit/details/?id=999999999"),
    "audit.take POST": plain("POST", "/audit/take/"),
    "audit.create_view GET": plain("GET", "/audit/new/"),
    "audit.create_view POST": plain("POST", "/audit/new/"),
    "audit.edit_view GET": plain("GET", "/audit/edit/"),
    "audit.edit_view POST": plain("POST", "/audit/edit/"),
    "audit.delete_view POST": plain("POST", "/audit/delete/"),
    "audit.export GET": How("", export_),
    "account.index_view GET": How("", list_),
    "account.action_view POST": How("", slips),
    "slips.index GET": plain("GET", "/slips/"),
    "slips.file POST": plain("POST", "/slips/99999/file/"),
    "account.details_view GET": How("account", one("details")),
    "account.create_view GET": plain("GET", "/account/new/"),
    "account.create_view POST": How("unit", new_account),
    "account.assign POST": How("account", assign),
    "account.release POST": How("account", release),
    "account.reset POST": account("reset"),
    "account.disable POST": account("disable"),
    "account.unbind POST": account("unbind"),
    "account.edit_view GET": How("account", one("edit")),
    "account.edit_view POST": How("", lambda w, p: Ask("POST", "/account/edit/", {"id": 1})),
    "account.delete_view POST": How("account", delete_row),
    "account.export GET": How("", export_),
    "freeze.index GET": plain("GET", "/freeze/"),
    "freeze.release POST": plain("POST", "/freeze/release/", act="x" * 32),
    "freeze.unit GET": How("supervisor", freeze_unit("GET")),
    "freeze.unit POST": How("supervisor", freeze_unit("POST")),
    "bin.index GET": plain("GET", "/bin/"),
    "bin.restore POST": plain("POST", "/bin/restore/", rowid=1),
    "reveal.index GET": How("file", lambda w, p: Ask("GET", "/teacher/reveal/", _id(p))),
    "reveal.index POST": How("file", reveal),
    "file_move.index GET": How("file", lambda w, p: Ask("GET", "/teacher/school/", _id(p))),
    "file_move.index POST": How("file", move_file),
    "one_person.index GET": How("school", one_person("GET")),
    "one_person.index POST": How("school", one_person("POST")),
    "one_person.revoke POST": How("school", several),
    "import.index GET": plain("GET", "/import/"),
    "import.index POST": How("", import_),
    "import.template GET": plain("GET", "/import/template/"),
    "import.template POST": plain("POST", "/import/template/", table="contact"),
    "import.template_file GET": plain("GET", "/import/template/99999/"),
    "job.index GET": plain("GET", "/job/"),
    "job.details_view GET": plain("GET", "/job/99999/"),
    "job.state GET": plain("GET", "/job/99999/state/"),
}
#: Jobs and imports are their owners' alone: to everybody else there is none of any number.
ASKS["import.batch_view GET"] = plain("GET", "/import/99999/")
ASKS["import.file GET"] = plain("GET", "/import/99999/file/")
for verb in ("load", "mend", "unmend", "undo", "report"):
    ASKS[f"import.{verb} POST"] = plain("POST", f"/import/99999/{verb}/")
for verb in ("cancel", "retry"):
    ASKS[f"job.{verb} POST"] = plain("POST", f"/job/99999/{verb}/")
#: Bulk edits are their makers' alone: to everybody else there is none of any number.
ASKS["bulk.index GET"] = plain("GET", "/bulk/")
for name in ("form", "preview", "result"):
    ASKS[f"bulk.{name}_view GET"] = plain("GET", f"/bulk/99999/{name}/".replace("form/", ""))
for name in ("form", "table", "requests", "apply", "undo"):
    ASKS[f"bulk.{name}_view POST"] = plain("POST", f"/bulk/99999/{name}/".replace("form/", ""))
ASKS |= CHANGES | EXPORTS | MINE | FORMS | PAPERS
for place in ("request", "reopening"):
    ASKS[f"{place}.index_view GET"] = How("", list_)
_GRIDS = ("teacher", "section", "unit", "account", "request", "reopening")
_GRIDS += ("handover", "password_ask", "security", "audit", "notice")
for place in _GRIDS:
    ASKS[f"{place}.print_view GET"] = How("", print_)
    ASKS[f"{place}.columns_view POST"] = arrange("columns", column=["unit", "code"])
    ASKS[f"{place}.keep_view POST"] = arrange("keep", name="我的")
    ASKS[f"{place}.forget_view POST"] = arrange("forget", id=1)
