"""What an audit event says besides, in words: labels and names instead of keys and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from flask import current_app

from tms.admin_views.audit_words import SYSTEMS
from tms.admin_views.labels import coded, label_of
from tms.admin_views.policy import WORDS
from tms.admin_views.reach import contents_of
from tms.admin_views.security_desk import KINDS, STATES, SecurityView
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES
from tms.records.audit_trail import escaped, particulars

#: What a key of the particulars is called, in the order in which they are told; a key without a
#: word shows itself.
LABELS: Final[Mapping[str, Any]] = {
    "user": _l("所涉账号"),
    "role": _l("角色"),
    "unit": _l("单位"),
    "into": _l("并入"),
    "assignment": _l("任职编号"),
    "address": _l("来自"),
    "endpoint": _l("页面"),
    "method": _l("请求方式"),
    "status": _l("状态码"),
    "more": _l("此后还有"),
    "found": _l("查到"),
    "request": _l("申请编号"),
    "submission": _l("报送编号"),
    "rows": _l("行数"),
    "files": _l("档案数"),
    "people": _l("人数"),
    "events": _l("事件数"),
    "format": _l("格式"),
    "purpose": _l("用途"),
    "why": _l("原因"),
    "job": _l("作业编号"),
    "file": _l("档案"),
    "undoes": _l("撤销的操作"),
    "version": _l("版本"),
    "until": _l("截止"),
    "entry": _l("条目编号"),
}
#: Why an export was refused (`records.export_limits`).
WHY: Final[Mapping[str, Any]] = {
    "alone": _l("完整号码太多，须第二人同意"),
    "rows": _l("超出一次的行数"),
    "day": _l("超出当日的限额"),
}
METHODS: Final[Mapping[str, Any]] = {"GET": _l("查看"), "POST": _l("提交")}
#: What of an entry of the security desk names a person, or fills pages: only that it changed.
CLOSED: Final = frozenset({"person", "text"})


def who(row: Any, page: Any) -> str:
    """The account's login name, its number where it has none, or the part of the system."""
    return role_of(row, page) if row.user_id is None else account(row.user_id, page)


def account(user_id: Any, page: Any) -> str:
    """As `who`, of any account."""
    return escaped(page.logins.get(user_id) or _("账号 %(id)s", id=user_id))


def role_of(row: Any, page: Any) -> str:
    """The role it was done as."""
    role = row.role or ""
    return str(SYSTEMS[role]) if role in SYSTEMS else escaped(coded("account_role", role))


def told(row: Any, page: Any) -> list[str]:
    """ "label：value" of each particular."""
    given = particulars(row)
    detail = row.detail if isinstance(row.detail, Mapping) else {}
    lines = [_pair(LABELS[key], _value(key, detail[key], page)) for key in LABELS if key in given]
    rest = (key for key in given if key not in LABELS and key not in ("table", "tables", "columns"))
    lines += [_pair(key, given[key]) for key in rest]
    return [*BY_ACT.get(row.act, _contents)(row, detail), *lines]


def _pair(label: Any, text: Any) -> str:
    return _("%(label)s：%(text)s", label=label, text=text)


def _value(key: str, value: Any, page: Any) -> str:
    if key == "unit":
        return page.unit(value) or escaped(value)
    if key == "user":
        return account(value, page)
    if key == "role":
        return escaped(coded("account_role", value))
    if key == "endpoint":
        return _page_called(escaped(value))
    if key == "until":
        return escaped(value)[: len("2026-01-31")]
    if isinstance(value, bool):
        return _("是") if value else _("否")
    words = {"why": WHY, "method": METHODS}.get(key, {})
    return str(words.get(value, escaped(value)))


def _page_called(endpoint: str) -> str:
    """A page by the name it has in the panel, and as programs call it."""
    views = current_app.extensions["admin"][0]._views  # noqa: SLF001  Flask-Admin has no other
    names = {view.endpoint: str(view.name) for view in views}
    name = names.get(endpoint.partition(".")[0])
    return _("%(name)s（%(code)s）", name=name, code=endpoint) if name else endpoint


# -- acts that say more ----------------------------------------------------------------------------


def _contents(row: Any, detail: Mapping[str, Any]) -> Iterator[str]:
    """Tables and columns that were taken out or written to."""
    if {"table", "tables"} & set(detail):
        named = [escaped(each) for each in contents_of(detail)]
        yield from (_pair(_("内容"), each) for each in named if each)


def _fillers(row: Any, detail: Mapping[str, Any]) -> Iterator[str]:
    """Whose fields it moved, and from whom to whom."""
    table = TABLES.get(str(detail.get("table")))
    if table is None:
        return
    yield _pair(_("学校类别"), escaped(coded("school_category", detail.get("category"))))
    yield _pair(_("子集"), label_of(table.dictionary))
    said, before = _mapping(detail.get("said")), _mapping(detail.get("before"))
    for key, now in said.items():
        field = table.dictionary.fields.get(key)
        label = label_of(field) if field else escaped(key)
        yield _moved(label, _filler(before.get(key)), _filler(now))


def _filler(word: Any) -> Any:
    return WORDS.get(word, escaped(word)) if word else _("本单位不另规定")


def _entry(row: Any, detail: Mapping[str, Any]) -> Iterator[str]:
    """Which entry of the security desk, and what changed in it."""
    said = _mapping(detail.get("said"))
    former = _mapping(_mapping(row.former).get("security_entry"))
    before = _mapping(next(iter(former.values()), None))
    kind = detail.get("kind") or said.get("kind") or before.get("kind")
    if kind:
        yield _pair(_("类别"), _entry_word("kind", kind))
    for column in SecurityView.details:
        key = column.key
        if key in {**said, **before} and key != "kind":
            yield _changed(column.label, key, before.get(key), said.get(key))


def _changed(label: Any, key: str, was: Any, now: Any) -> str:
    if key in CLOSED:
        given = was is None
        return _("%(label)s已填写", label=label) if given else _("%(label)s有改动", label=label)
    if was is None:
        return _pair(label, _entry_word(key, now))
    return _moved(label, _entry_word(key, was), _entry_word(key, now))


def _entry_word(key: str, value: Any) -> str:
    if value in (None, ""):
        return "—"
    if key == "state" and value in STATES:
        return str(STATES[value][1])
    return str(KINDS[value] if key == "kind" and value in KINDS else escaped(value))


def _moved(label: Any, was: Any, now: Any) -> str:
    return _("%(label)s：%(was)s → %(now)s", label=label, was=was, now=now)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def named(rows: Iterable[Any], key: str) -> set[int]:
    """Ids that particulars name as *key*: "user", "unit"."""
    found = (_mapping(row.detail).get(key) for row in rows)
    return {value for value in found if isinstance(value, int)}


BY_ACT: Final[Mapping[str, Callable[[Any, Mapping[str, Any]], Iterator[str]]]] = {
    "policy.set": _fillers,
    "security.save": _entry,
    "security.delete": _entry,
}
