"""A reviewer's suggestions: typed beside the reason of a return, taken up with one tap."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask_admin import BaseView, expose

from tms.access import Actor, Permission
from tms.admin_views.attempts import attempt
from tms.admin_views.flags import Flag
from tms.admin_views.forms import as_typed, form_class
from tms.admin_views.lookups import parse_id
from tms.admin_views.session import safe_target
from tms.auth import get_actor
from tms.db import db
from tms.gate import needs
from tms.i18n import gettext as _
from tms.i18n import lang
from tms.models import TABLES
from tms.records.read import Header
from tms.workflow.suggestions import accept, suggestible

# -- the reviewer -------------------------------------------------------------------------------


def control_for(actor: Actor, flag: Flag, header: Header) -> Any:
    """The row form's own field for a flagged one; None where nothing is suggested."""
    table = TABLES[flag.table].dictionary if flag.table in TABLES else None
    field = table.fields.get(flag.field or "") if table else None
    if table is None or field is None or not suggestible(actor, field):
        return None
    prefix = f"say-{flag.table}:{flag.row_id}:"
    made = form_class(table, header.category, (field.key,), lang())
    control = made(formdata=request.form, prefix=prefix, meta={"csrf": False})[field.key]
    name, kept = control.label.text, control.render_kw.items()
    control.label.text, control.description = _("建议改为（可不填）"), ""
    said = {"aria_label": _("%(name)s：建议改为（可不填）", name=name)}
    control.render_kw = {k: v for k, v in kept if k != "data_required"} | said
    return control


def typed_for(actor: Actor, flag: Flag, header: Header) -> Any:
    """What the reviewer suggests at a flag, as typed."""
    control = control_for(actor, flag, header)
    if control is None:
        return None
    return as_typed(TABLES[flag.table].dictionary.fields[str(flag.field)], control.data)


# -- who mends ----------------------------------------------------------------------------------


class SuggestionView(BaseView):
    """One tap: what the reviewer suggested stands in the row."""

    GATES = {"index": needs(Permission.RECORD_WRITE)}

    def is_visible(self) -> bool:
        return False

    @expose("/", methods=("POST",))
    def index(self) -> Any:
        """Written like anything that is typed; then back to where it was tapped."""
        note, version = (parse_id(request.form.get(name, "")) for name in ("id", "version"))
        act = lambda: accept(db.session(), get_actor(), note, version or 0)  # noqa: E731
        _done, status = attempt(act, said=_("已采纳建议。"))
        if status == 404:
            return self.render("admin/refused.html", back=safe_target("")), status
        return redirect(safe_target(request.form.get("back", "")))
