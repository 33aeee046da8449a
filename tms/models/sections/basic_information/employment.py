"""Section 1: education and employment."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import (
    ALWAYS,
    HE,
    KG,
    MONTH,
    PS,
    SCHOOL,
    SE,
    SV,
    Rule,
    code,
    field,
    text,
    warning,
    when,
)
from tms.models.sections.kinds import STUDENT

STAFF_SOURCE = {
    KG: "staff_source_kindergarten",
    PS: "staff_source",
    SV: "staff_source",
    SE: "staff_source",
    HE: "staff_source_higher_education",
}
STAFF_CATEGORY = {
    KG: "staff_category_kindergarten",
    PS: "staff_category_primary_secondary",
    SV: "staff_category_secondary_vocational",
    SE: "staff_category_special_education",
    HE: "staff_category_higher_education",
}


class Employment:
    """Derived education and posts, and how the person stands at the school."""

    highest_education: Mapped[str | None] = field(
        "最高学历",
        "highest education",
        code("education_level"),
        readonly=True,
        derived_from=(
            "study_experience: record with the highest education (see DOMAIN.md for the order)"
        ),
        source="[found: TypeScript indicator schema]",
    )
    highest_education_institution: Mapped[str | None] = field(
        "获得最高学历的院校或机构",
        "institution of highest education",
        text(100),
        readonly=True,
        derived_from="study_experience",
        source="[found: TypeScript indicator schema]",
    )
    highest_degree_level: Mapped[str | None] = field(
        "最高学位层次",
        "highest degree level",
        code("degree_level"),
        readonly=True,
        derived_from="study_experience: smallest code of 2,3,4 (1 is honorary and does not count)",
        source="[found: TypeScript indicator schema]",
    )
    highest_degree_name: Mapped[str | None] = field(
        "最高学位名称",
        "name of highest degree",
        code("degree_name"),
        readonly=True,
        derived_from="study_experience",
        source="[found: TypeScript indicator schema]",
    )
    highest_degree_institution: Mapped[str | None] = field(
        "获得最高学位的院校或机构",
        "institution of highest degree",
        text(100),
        readonly=True,
        derived_from="study_experience",
        source="[found: TypeScript indicator schema]",
    )
    work_start_month: Mapped[str | None] = field(
        "参加工作年月",
        "month work began",
        MONTH,
        required=ALWAYS,
        needs_proof=True,
        exempt_person_kinds=STUDENT,
        rules=(
            Rule(
                "B09",
                "work_start_month <= month(birth_date)",
                "参加工作年月必须晚于出生年月",
                "The start of work must be later than the month of birth.",
            ),
            warning(
                "B10",
                "age_at(work_start_month) < 16",
                "参加工作时不满16周岁",
                "Younger than 16 at the start of work.",
            ),
        ),
        note="Key item: later change needs proof.",
    )
    special_ed_start_month: Mapped[str | None] = field(
        "从事特教起始年月",
        "month special education work began",
        MONTH,
        required=ALWAYS,
        applies_to=(SE,),
        rules=(
            Rule(
                "B11",
                "special_ed_start_month < work_start_month",
                "从事特教起始年月不能早于参加工作年月",
                "Special-education work must not start before work itself.",
            ),
        ),
        source="[found: tangmin721/cedu forms+templates]",
    )
    school_entry_month: Mapped[str | None] = field(
        "进本校年月",
        "month of entry into this school",
        MONTH,
        required=ALWAYS,
        exempt_person_kinds=STUDENT,
        rules=(
            Rule(
                "B12",
                "school_entry_month < work_start_month",
                "进本校年月不能早于参加工作年月",
                "Entry into the school must not be earlier than the start of work.",
            ),
            Rule(
                "B13",
                "school_entry_month > month(today())",
                "进本校年月不能晚于当前年月",
                "Entry into the school must not be later than this month.",
            ),
        ),
        note="Kindergarten label: 进本园年月. Reset by a transfer.",
    )
    staff_source: Mapped[str | None] = field(
        "教职工来源",
        "source of staff member",
        code(STAFF_SOURCE),
        required=ALWAYS,
        exempt_person_kinds=STUDENT,
        note="A parent node may be chosen.",
    )
    academic_origin: Mapped[str | None] = field(
        "学缘结构",
        "academic origin",
        code("academic_origin"),
        required=ALWAYS,
        applies_to=(HE,),
        exempt_person_kinds=STUDENT,
        source="[found: Kingbultsea/nfu_renshi]",
    )
    staff_category: Mapped[str | None] = field(
        "教职工类别",
        "staff category",
        code(STAFF_CATEGORY),
        required=ALWAYS,
        exempt_person_kinds=STUDENT,
    )
    is_established: Mapped[str | None] = field(
        "是否在编",
        "on the establishment",
        code("yes_no"),
        required=ALWAYS,
        default="0",
        exempt_person_kinds=STUDENT,
    )
    employment_form: Mapped[str | None] = field(
        "用人形式",
        "form of employment",
        code("employment_form"),
        required=when("is_established == '0'"),
        forbidden=when("is_established != '0'"),
        exempt_person_kinds=STUDENT,
    )
    contract_status: Mapped[str | None] = field(
        "签订合同情况",
        "contract",
        code("contract_status"),
        required=ALWAYS,
        default="2",
        exempt_person_kinds=STUDENT,
        rules=(
            warning(
                "B14",
                "is_established == '0' and contract_status == '0'",
                "不在编且未签合同的人员不属于采集范围",
                (
                    "Staff off the establishment without a contract are outside the scope of "
                    "collection."
                ),
                note="Scope: at least a one-year contract [seed0 三.1][seed2 四(二)].",
            ),
        ),
        note="Default 1 when is_established = 1, otherwise 2.",
    )
    secondary_unit: Mapped[str | None] = field(
        "所在二级单位",
        "secondary unit (college or office)",
        text(60),
        required=ALWAYS,
        applies_to=(HE,),
        filled_by=SCHOOL,
        note=(
            "Optional in nfu_renshi; required here because the first review is done by the "
            "secondary unit [seed0 二.5]. A reference to the unit table, not free text."
        ),
        source="[found: Kingbultsea/nfu_renshi]",
    )
    current_post_category: Mapped[str | None] = field(
        "现任岗位类别",
        "current post category",
        code("post_category"),
        readonly=True,
        derived_from="post_appointment: record with the latest start",
        source="[found: TypeScript indicator schema]",
    )
    current_post_level: Mapped[str | None] = field(
        "现任岗位等级",
        "current post level",
        code("post_level"),
        readonly=True,
        derived_from="post_appointment",
        source="[found: TypeScript indicator schema]",
    )
    current_professional_title: Mapped[str | None] = field(
        "现任专业技术职务",
        "current professional title",
        code("professional_title"),
        readonly=True,
        derived_from="professional_title_appointment: latest start with no end",
        source="[found: TypeScript indicator schema]",
    )
