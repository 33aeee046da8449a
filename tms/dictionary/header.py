"""The fields of the file's header (档案头): declared like the others, kept by `tms.models.teacher`.

They are not among the 264 indicators.
"""

from __future__ import annotations

from typing import Any

from tms.dictionary.fields import DATE, Field, Form, code, complete, text
from tms.dictionary.terms import ALL, HE, SCHOOL, Sensitivity


def _header(key: str, zh: str, en: str, form: Form, source: str, **more: Any) -> Field:
    inherited = {
        "applies_to": ALL,
        "filled_by": dict.fromkeys(ALL, SCHOOL),
        "sensitivity": Sensitivity.LOW,
    }
    declared = {"zh": zh, "en": en, "required": "never", "forbidden": "never", "source": source}
    return complete(key, form, declared | more, inherited)


HEADER: tuple[Field, ...] = (
    _header(
        "teacher_no",
        "个人标识码",
        "national personal number",
        text(20),
        "[seed2 一] [found: haowendang.cn]",
        readonly=True,
        note=(
            "one person, one number (一人一号); temporary until the national duplicate and "
            "identity checks pass; form of the number not published: use a configurable pattern "
            "(see DOMAIN.md 7)"
        ),
    ),
    _header(
        "teacher_no_status",
        "标识码状态",
        "status of the number",
        code("teacher_no_status"),
        "[found: haowendang.cn]",
        readonly=True,
    ),
    _header(
        "school",
        "所在学校",
        "school",
        text(100),
        "[seed2]",
        note="unit of the post (编制/工资关系), supervised by its 主管部门",
    ),
    _header(
        "secondary_unit", "二级单位", "secondary unit", text(100), "[seed0 二.5]", applies_to=(HE,)
    ),
    _header(
        "person_kind",
        "采集人员类别",
        "kind of person",
        code("collection_person_kind"),
        "[seed0 三] [seed2 四(二)]",
    ),
    _header(
        "contract_start",
        "合同起始日期",
        "contract start",
        DATE,
        "[seed0 三.1] [seed2 四(二)] [assumption]",
        note="filled by the school for person_kind contract_1y; the term decides the scope",
    ),
    _header(
        "contract_end",
        "合同终止日期",
        "contract end",
        DATE,
        "[seed0 三.1] [seed2 四(二)] [assumption]",
        note="start to end at least one year, else outside the scope of collection",
    ),
    _header(
        "file_status",
        "档案状态",
        "status of the file",
        code("record_status"),
        "[found] [seed0] [seed2]",
        readonly=True,
    ),
    _header(
        "in_force_version",
        "生效版本",
        "version in force",
        text(20),
        "[seed0 五B(四)]",
        readonly=True,
        note="what queries, statistics and other business read",
    ),
    _header(
        "working_version",
        "填报版本",
        "version being filled in",
        text(20),
        "[assumption]",
        readonly=True,
    ),
    _header(
        "locked",
        "锁定",
        "locked",
        code("yes_no"),
        "[seed0 五B(四)]",
        readonly=True,
        note="true from approval; school and teacher can no longer change it",
    ),
    _header(
        "signed_form_hash",
        "签名信息表校验值",
        "hash of the data version the signed form shows",
        text(64),
        "[seed0 五B(三)]",
        readonly=True,
    ),
    _header(
        "last_confirmed_at",
        "最近核对时间",
        "last confirmation by the teacher",
        DATE,
        "[assumption]",
        readonly=True,
        note="for the update rate",
    ),
)
