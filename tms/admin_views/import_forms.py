"""The form that begins an import: a file, or what was copied from a spreadsheet."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField

from tms.access import Permission
from tms.admin_views.labels import label_of
from tms.auth import current_actor
from tms.exchange.batches import NEEDS, Chosen
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES

TARGETS = {
    "unit": _l("单位"),
    "teacher": _l("教师档案（账号项）"),
    "number": _l("正式标识码确认表"),
}


def targets() -> list[tuple[str, Any]]:
    """What the role may import into; nothing chosen lets the headers decide."""
    actor = current_actor()
    found: list[tuple[str, Any]] = [("", _l("由表头决定"))]
    if actor is not None:
        found += [(key, label) for key, label in TARGETS.items() if actor.can(NEEDS[key])]
        may_fill = actor.can(Permission.RECORD_WRITE)
        tables = TABLES.items() if may_fill else ()
        found += [(key, label_of(model.dictionary)) for key, model in tables]
    return found


class UploadForm(FlaskForm):
    """What to read and how strictly."""

    file = FileField(
        _l("文件"), description=_l("xlsx、xls、ods、csv 或 txt，可以有多张工作表；不超过 32 MB。")
    )
    pasted = TextAreaField(
        _l("或者粘贴"),
        description=_l("从 Excel、WPS 或 LibreOffice 复制带表头的区域，粘贴到这里。"),
        render_kw={"rows": 4, "wrap": "off", "spellcheck": "false"},
    )
    #: Whether the role may is the door's to say.
    into = SelectField(_l("导入到"), choices=targets, validate_choice=False)
    mode = SelectField(
        _l("方式"),
        choices=[
            ("update", _l("更新与追加：新的增加，已有的更新")),
            ("append", _l("只追加：已有的不动")),
            ("replace", _l("替换：以文件为准，文件没有的草稿删除")),
        ],
    )
    keep = SelectField(
        _l("有错误时"),
        choices=[
            ("person", _l("该人的行一起等待，其他人照常")),
            ("row", _l("只跳过有错误的行")),
            ("file", _l("整个文件都不导入")),
        ],
    )
    incomplete = SelectField(
        _l("必填项不全的新记录"), choices=[("refuse", _l("拒收")), ("draft", _l("存为草稿"))]
    )

    in_force = SelectField(
        _l("已生效的记录"),
        choices=[("refuse", _l("不改，列出来")), ("request", _l("转为变更申请"))],
    )
    reason = StringField(
        _l("变更理由"), description=_l("转为变更申请时必填，每条申请都用这个理由。")
    )

    def validate(self, *args: Any, **more: Any) -> bool:
        """Either a file or something pasted, not both."""
        is_good = bool(super().validate(*args, **more)) and self._has_reason()
        has_file, has_text = bool(self.file.data), bool((self.pasted.data or "").strip())
        if has_file == has_text:
            said = _("文件和粘贴只能选一样。") if has_file else _("请选择文件，或粘贴表格内容。")
            self.file.errors = [*self.file.errors, said]
            return False
        return is_good

    def _has_reason(self) -> bool:
        if self.in_force.data == "request" and not (self.reason.data or "").strip():
            self.reason.errors = [*self.reason.errors, _("请说明变更的理由。")]
            return False
        return True

    def chosen(self) -> Chosen:
        """How the file is to be taken."""
        return Chosen(
            self.into.data or "",
            self.mode.data,
            self.keep.data,
            self.incomplete.data,
            self.in_force.data,
            (self.reason.data or "").strip(),
            is_pasted=not self.file.data,
        )

    def content(self) -> tuple[str, bytes]:
        """Name and content; "" as the name of what was pasted."""
        if self.file.data:
            return self.file.data.filename or "", self.file.data.read()
        return "", (self.pasted.data or "").encode()
