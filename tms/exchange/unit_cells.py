"""What the columns of a file of units mean."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from tms.errors import Term, message
from tms.exchange.labels import Fixed
from tms.exchange.options import find_code
from tms.exchange.reading import Complaints
from tms.models import Level, UnitKind

UNIT: Final = "unit"
CODE: Final = Fixed("code", "单位代码", "unit code", ("机构代码", "学校(机构)标识码"))
NAME: Final = Fixed("name", "单位名称", "unit name", ("名称", "机构名称", "学校名称"))
LEVEL: Final = Fixed("level", "级别", "level", ("层级", "单位级别"))
KIND: Final = Fixed("kind", "类型", "kind", ("单位类型",))
CATEGORY: Final = Fixed("school_category", "学校类别", "school category")
SUPERVISOR: Final = Fixed(
    "supervisor_code", "上级单位代码", "supervisor code", ("主管单位代码", "主管部门代码")
)
OPTIONAL: Final = (
    Fixed("run_type", "办学类型", "type of school"),
    Fixed("sponsor_type", "举办者类型", "type of sponsor"),
    Fixed("region", "行政区划代码", "region code"),
    Fixed("contact_email", "联系邮箱", "contact e-mail"),
)
COLUMNS: Final = (CODE, NAME, LEVEL, KIND, CATEGORY, SUPERVISOR, *OPTIONAL)
LENGTHS: Final = {
    "code": 24, "name": 100, "run_type": 10, "sponsor_type": 10, "region": 6, "contact_email": 60,
}  # fmt: skip

#: Labels of what no code table holds.
KINDS: Final = {
    UnitKind.BUREAU: Term("教育行政部门", "education bureau"),
    UnitKind.SCHOOL: Term("学校", "school"),
    UnitKind.SECONDARY_UNIT: Term("二级单位", "secondary unit"),
    UnitKind.FUNCTIONAL_DEPARTMENT: Term("职能部门", "functional department"),
    UnitKind.TECH_CENTRE: Term("技术中心", "technology centre"),
}
#: Columns whose values are codes, and of which table.
CODED: Final = {
    "school_category": "school_category",
    "run_type": "school_run_type",
    "sponsor_type": "sponsor_type",
    "region": "admin_division",
}


def unit_values(complaints: Complaints) -> dict[str, Any]:
    """The row as values of a unit; what the file has no column for is left out."""
    values: dict[str, Any] = {}
    for column in COLUMNS:
        if not complaints.layout.has(column.key):
            continue
        text = complaints.cell(column.key)
        values |= _value(column.key, text, complaints)
        if len(text) > LENGTHS.get(column.key, 100):
            reason = message("不能超过%(n)d个字符。", n=LENGTHS.get(column.key, 100))
            complaints.add(column.key, "length", reason)
    return values


def _value(key: str, text: str, complaints: Complaints) -> dict[str, Any]:
    if key == "supervisor_code":
        return {}
    if not text:
        return {key: None}
    if key == "level":
        return {"level": _level(text, complaints)}
    if key == "kind":
        return _kind(text, complaints)
    if key not in CODED:
        return {key: text}
    code = find_code(CODED[key], text)
    if code is None:
        complaints.add(key, "code", message("不在可选项之内，请填写代码或名称。"))
    return {key: code}


def _level(text: str, complaints: Complaints) -> int | None:
    """A level by name, number or label; an inner unit carries its school's."""
    names = {level.name.lower(): int(level) for level in Level}
    inner = (UnitKind.SECONDARY_UNIT, UnitKind.FUNCTIONAL_DEPARTMENT)
    names |= {name: int(Level.SCHOOL) for kind in inner for name in (kind, KINDS[kind])}
    found = names.get(text.lower())
    code = find_code("unit_level", text.removesuffix("级")) if found is None else str(found)
    if code is None:
        complaints.add("level", "code", message("级别应为中央、省、市、县、校之一。"))
    return int(code) if code else None


@cache
def _kinds() -> dict[str, str]:
    found = {text: str(kind) for kind, label in KINDS.items() for text in (str(kind), label)}
    return found | {f"{kind}-{label}": str(kind) for kind, label in KINDS.items()}


def _kind(text: str, complaints: Complaints) -> dict[str, Any]:
    """A kind; a department's function stands behind a colon."""
    name, _, function = text.replace("：", ":").partition(":")
    kind = _kinds().get(name.strip())
    if kind is None:
        kinds = Term("、".join(KINDS.values()), ", ".join(KINDS))
        complaints.add("kind", "code", message("类型应为%(kinds)s之一。", kinds=kinds))
        return {"kind": None}
    if kind != UnitKind.FUNCTIONAL_DEPARTMENT:
        return {"kind": kind, "function": None}
    code = find_code("functional_department", function.strip())
    if code is None:
        reason = message("职能部门须写明职能，如 functional_department:hr。")
        complaints.add("kind", "code", reason)
    return {"kind": kind, "function": code}
