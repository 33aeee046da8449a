"""Section 10: teaching (教育教学)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import (
    ALWAYS,
    HE,
    PS,
    SE,
    SV,
    YEAR,
    Department,
    Expectation,
    Routed,
    Routing,
    Rule,
    choices,
    code,
    field,
    integer,
    table,
    text,
    when,
)
from tms.models.record import SectionRecord
from tms.models.sections.kinds import STUDENT

TEACHES = when("teaching_status == '20'")
TEACHES_NOT = when("teaching_status != '20'")


#: A course names its stages in the English label, as in "Physics (J,S)"; without, it suits all.
STAGES = (
    "count(stages(en)) == 0"
    " or (contains_any(teaching_stage, ['2']) and contains_any(stages(en), ['P']))"
    " or (contains_any(teaching_stage, ['3']) and contains_any(stages(en), ['J']))"
    " or (contains_any(teaching_stage, ['4']) and contains_any(stages(en), ['S']))"
)


class Teaching(SectionRecord):
    """What is taught, by academic year at schools and by half-year at universities."""

    __tablename__ = "teaching"
    __dictionary__ = table(
        "教育教学",
        "Teaching",
        applies_to=(PS, SV, SE, HE),
        exempt_person_kinds=STUDENT,
        min_records=1,
        natural_key=("academic_year", "year", "term"),
        order_by=("academic_year", "year", "term"),
        campaign_rule=Expectation(
            ("academic_year", "year"),
            "current_academic_year",
            "a record for the current academic year is expected [assumption]",
        ),
        reviewer=Routing(
            (Department.ACADEMIC_AFFAIRS,),
            (
                Routed(
                    "supervisor_type != '0' and taught_undergraduates == '1'",
                    (Department.ACADEMIC_AFFAIRS, Department.GRADUATE_SCHOOL),
                    "导师，且为本科生上课",
                    "supervisors who also teach undergraduates",
                ),
                Routed(
                    "supervisor_type != '0'",
                    (Department.GRADUATE_SCHOOL,),
                    "导师，不为本科生上课",
                    "supervisors who do not teach undergraduates",
                ),
            ),
        ),
        note="Kindergartens do not have this section.",
        source="[found: cedu; TypeScript schema; nfu_renshi]",
    )

    academic_year: Mapped[int | None] = field(
        "学年",
        "academic year",
        YEAR,
        required=ALWAYS,
        applies_to=(PS, SV, SE),
        default="=current_academic_year",
        source="[found: cedu; TypeScript schema]",
    )
    year: Mapped[int | None] = field(
        "年度",
        "year",
        YEAR,
        required=ALWAYS,
        applies_to=(HE,),
        source="[found: Kingbultsea/nfu_renshi]",
    )
    term: Mapped[str | None] = field(
        "学期", "term", code("term"), required=ALWAYS, applies_to=(PS, SV, SE, HE)
    )
    teaching_stage: Mapped[str | None] = field(
        "任教学段",
        "stage taught",
        choices("teaching_stage"),
        required=ALWAYS,
        applies_to=(PS, SE),
        rules=(
            Rule(
                "J01",
                "contains_any(teaching_stage, ['0']) and count(teaching_stage) > 1",
                "选择“0-无”时不能多选",
                "“0 None” excludes every other choice.",
            ),
            Rule(
                "J02",
                "contains_any(teaching_stage, ['0']) and teaching_status != '10'",
                "任教学段为“0-无”时任课状况应为“10-未任课”",
                "With stage “0 None” the teaching status should be “10 Not teaching”.",
            ),
        ),
        source="[found: cedu; TypeScript schema]",
    )
    teaching_status: Mapped[str | None] = field(
        "任课状况",
        "teaching status",
        code("teaching_status"),
        required=ALWAYS,
        applies_to=(PS, SV, SE),
        default="20",
        source="[found: cedu; TypeScript schema]",
    )
    teaching_status_note: Mapped[str | None] = field(
        "任课状况为其他情况的具体说明",
        "explanation of other status",
        text(100),
        required=when("teaching_status == '99'"),
        forbidden=when("teaching_status != '99'"),
        applies_to=(PS, SV, SE),
        source="[found: cedu; TypeScript schema]",
    )
    courses: Mapped[str | None] = field(
        "任教课程",
        "courses taught",
        choices("course_basic_education"),
        required=when("teaching_status == '20' and contains_any(teaching_stage, ['2','3','4'])"),
        forbidden=when(
            "teaching_status != '20' or not contains_any(teaching_stage, ['2','3','4'])"
        ),
        applies_to=(PS,),
        options_filter=STAGES,
        source="[found: TypeScript indicator schema]",
    )
    special_courses: Mapped[str | None] = field(
        "任教课程",
        "courses taught (special education)",
        choices("course_special_education"),
        required=TEACHES,
        forbidden=TEACHES_NOT,
        applies_to=(SE,),
        source="[found: tangmin721/cedu forms+templates]",
    )
    vocational_course_category: Mapped[str | None] = field(
        "任课课程类别",
        "course category",
        code("vocational_course_category"),
        required=TEACHES,
        forbidden=TEACHES_NOT,
        applies_to=(SV,),
        source="[found: tangmin721/cedu forms+templates]",
    )
    vocational_subject_category: Mapped[str | None] = field(
        "任课学科类别",
        "subject category",
        code("vocational_subject_category"),
        required=TEACHES,
        forbidden=TEACHES_NOT,
        applies_to=(SV,),
        source="[found: tangmin721/cedu forms+templates]",
    )
    weekly_hours: Mapped[int | None] = field(
        "平均每周课堂教学课时数",
        "average classroom hours a week",
        integer(0, 168),
        required=TEACHES,
        forbidden=TEACHES_NOT,
        applies_to=(PS, SV, SE),
        default=0,
        source="[found: cedu; TypeScript schema]",
    )
    special_other_work: Mapped[str | None] = field(
        "承担的其他工作",
        "other work undertaken",
        code("special_other_work"),
        applies_to=(SE,),
        source="[found: tangmin721/cedu forms+templates]",
    )
    other_weekly_hours: Mapped[int | None] = field(
        "平均每周其他工作折合教学课时数",
        "other work in teaching hours a week",
        integer(0, 168),
        forbidden=TEACHES_NOT,
        applies_to=(PS, SV, SE),
        default=0,
        source="[found: cedu; TypeScript schema]",
    )
    concurrent_work: Mapped[str | None] = field(
        "兼任工作",
        "concurrent work",
        code("concurrent_work"),
        required=ALWAYS,
        applies_to=(PS, SV, SE),
        default="00",
        source="[found: cedu; TypeScript schema]",
    )
    concurrent_work_name: Mapped[str | None] = field(
        "兼任其他工作名称",
        "name of other concurrent work",
        text(60),
        required=when("concurrent_work == '99'"),
        forbidden=when("concurrent_work != '99'"),
        applies_to=(PS, SV, SE),
        source="[found: cedu; TypeScript schema]",
    )
    supervisor_type: Mapped[str | None] = field(
        "导师类别",
        "supervisor type",
        code("supervisor_type"),
        required=ALWAYS,
        applies_to=(HE,),
        source="[found: Kingbultsea/nfu_renshi]",
    )
    discipline_field: Mapped[str | None] = field(
        "现主要从事学科领域",
        "main discipline",
        code("discipline_field"),
        required=when("supervisor_type != '0' or taught_undergraduates == '1'"),
        applies_to=(HE,),
        note='Condition assumed ("o" on the found form).',
        source="[found: Kingbultsea/nfu_renshi]",
    )
    taught_undergraduates: Mapped[str | None] = field(
        "是否为本科生上课",
        "taught undergraduates",
        code("yes_no"),
        required=ALWAYS,
        applies_to=(HE,),
        source="[found: Kingbultsea/nfu_renshi]",
    )
    course_hours: Mapped[int | None] = field(
        "课程教学课时数",
        "teaching hours",
        integer(0, 9999),
        required=when("taught_undergraduates == '1'"),
        applies_to=(HE,),
        source="[found: Kingbultsea/nfu_renshi]",
    )
    other_hours: Mapped[int | None] = field(
        "其他工作折合课时数",
        "other work in hours",
        integer(0, 9999),
        applies_to=(HE,),
        source="[found: Kingbultsea/nfu_renshi]",
    )
