"""The import page: check first, then write; refused cells are named and refused rows come back."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import abort, current_app, send_file, session
from flask_admin import BaseView, expose
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField

from tms.access import Permission
from tms.admin_views.attempts import tell
from tms.admin_views.labels import label_of
from tms.admin_views.results import keep, kept
from tms.auth import current_actor, get_actor
from tms.db import db
from tms.errors import TmsError
from tms.exchange import import_file
from tms.gate import needs
from tms.i18n import lazy_gettext as _l
from tms.i18n import say
from tms.models import TABLES

#: Problems are listed up to here; the file of refused rows has them all.
LISTED = 200
#: Names of the results that this session may download (the cookie is signed).
RESULTS = "results"
KEPT_NAMES = 5
NAME_MAX = 120

TARGETS = {
    "unit": (Permission.UNIT_WRITE, _l("单位")),
    "teacher": (Permission.FILE_CREATE, _l("教师档案（账号项）")),
}


def _targets() -> list[tuple[str, Any]]:
    """What the role may import into; nothing chosen lets the headers decide."""
    actor = current_actor()
    found: list[tuple[str, Any]] = [("", _l("由表头决定"))]
    if actor is not None:
        found += [(key, label) for key, (need, label) in TARGETS.items() if actor.can(need)]
        may_fill = actor.can(Permission.RECORD_WRITE)
        tables = TABLES.items() if may_fill else ()
        found += [(key, label_of(model.dictionary)) for key, model in tables]
    return found


class ImportForm(FlaskForm):
    """What to read and how strictly."""

    file = FileField(_l("文件（xlsx 或 csv）"), [FileRequired(_l("请选择文件。"))])
    into = SelectField(_l("导入到"), choices=_targets)
    mode = SelectField(
        _l("方式"),
        choices=[
            ("update", _l("更新：新的增加，已有的更新")),
            ("append", _l("追加：只增加")),
            ("replace", _l("替换：以文件为准")),
        ],
    )
    keep = SelectField(
        _l("有错误时"),
        choices=[
            ("person", _l("该人的行都不导入，其他人照常")),
            ("row", _l("只跳过有错误的行")),
            ("file", _l("整个文件都不导入")),
        ],
    )
    incomplete = SelectField(
        _l("必填项不全的新记录"), choices=[("refuse", _l("拒收")), ("draft", _l("存为草稿"))]
    )
    dry_run = BooleanField(_l("只检查不写入"), default=True)


class ImportView(BaseView):
    """One page for every target; the pipeline is the command line's."""

    GATES = dict.fromkeys(("index", "refused"), needs(Permission.IMPORT))

    def is_accessible(self) -> bool:
        actor = current_actor()
        return actor is not None and actor.can(Permission.IMPORT)

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return fn(self, *args, **kwargs)

    @expose("/", methods=("GET", "POST"))
    def index(self) -> Any:
        """The form, or the result of what it asked for."""
        form = ImportForm()
        status = 200
        if form.is_submitted():
            status = 422
            if form.validate():
                try:
                    return self._result(form)
                except TmsError as error:
                    db.session.rollback()
                    tell(error, form)
                    status = error.status
        return self.render("admin/import.html", form=form), status

    def _result(self, form: ImportForm) -> Any:
        result, name = self._run(form)
        data = result.as_json(say)
        listed = data["problems"][:LISTED]
        more = len(data["problems"]) - len(listed)
        page = {"form": form, "result": data, "listed": listed, "more": more, "refused": name}
        return self.render("admin/import_result.html", dry_run=form.dry_run.data, **page)

    def _run(self, form: ImportForm) -> tuple[Any, str | None]:
        upload = form.file.data
        file_name = Path(upload.filename.replace("\\", "/")).name[-NAME_MAX:]
        result = import_file(
            db.session(),
            get_actor(),
            upload.read(),
            file_name,
            into=form.into.data or None,
            mode=form.mode.data,
            keep=form.keep.data,
            incomplete=form.incomplete.data,
            dry_run=form.dry_run.data,
        )
        end = db.session.rollback if form.dry_run.data else db.session.commit
        end()
        return result, self._keep(result) if result.refused else None

    def _keep(self, result: Any) -> str:
        write = partial(result.write_refused, say=say)
        name = keep(current_app.config["TMS_DATA_DIR"], write)
        session[RESULTS] = [*session.get(RESULTS, []), name][-KEPT_NAMES:]
        return name

    @expose("/refused/<result>")
    def refused(self, result: str) -> Any:
        """The refused rows with their reasons, for whoever imported them in this session."""
        content = kept(current_app.config["TMS_DATA_DIR"], result)
        if result not in session.get(RESULTS, []) or content is None:
            abort(404)
        response = send_file(BytesIO(content), as_attachment=True, download_name="refused.xlsx")
        response.headers["Cache-Control"] = "no-store"  # send_file would say no-cache
        return response
