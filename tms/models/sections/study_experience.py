"""Section 2: study experience (学习经历)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import (
    ALWAYS,
    HE,
    K12,
    KG,
    MONTH,
    SE,
    SV,
    Rule,
    code,
    field,
    table,
    text,
    warning,
    when,
)
from tms.models.record import SectionRecord

NOT_STUDIED = when("education_level == '0'")
NO_DEGREE = when("degree_level == '0'")
STUDIED = when("education_level != '0'")
WITH_DEGREE = when("degree_level != '0'")


class StudyExperience(SectionRecord):
    """Schools attended and degrees earned, from senior secondary level on."""

    __tablename__ = "study_experience"
    __dictionary__ = table(
        "学习经历",
        "Study experience",
        min_records=1,
        none_record=("education_level", "0"),
        natural_key=("education_level", "education_institution", "admission_month"),
        order_by=("admission_month",),
        entry_range=(
            "from senior high school / secondary specialised school to now; a person below "
            "that enters only the highest"
        ),
        rules=(
            warning(
                "E03",
                "admission_month < birth_plus(basic_information.birth_date, 12)",
                "入学年月过早",
                "The admission is implausibly early.",
            ),
            warning(
                "E04",
                "overlaps_full_time(admission_month, graduation_month)",
                "两段全脱产学习时间重叠",
                "Two periods of full-time study overlap.",
            ),
        ),
        source="[found: cedu; TypeScript schema; nfu_renshi]",
    )

    education_level: Mapped[str | None] = field(
        "获得学历",
        "education obtained",
        code("education_level"),
        required=ALWAYS,
        needs_proof=True,
    )
    education_country: Mapped[str | None] = field(
        "获得学历的国家(地区)",
        "country of education",
        code("country"),
        required={HE: STUDIED},
        forbidden=NOT_STUDIED,
        default="156",
    )
    education_institution: Mapped[str | None] = field(
        "获得学历的院校或机构",
        "institution of education",
        text(100),
        required=STUDIED,
        forbidden=NOT_STUDIED,
    )
    major: Mapped[str | None] = field(
        "所学专业",
        "major",
        text(60),
        required=STUDIED,
        forbidden=NOT_STUDIED,
        note="For senior high school enter 无.",
    )
    is_normal_major: Mapped[str | None] = field(
        "是否师范类专业",
        "normal (teacher-training) major",
        code("yes_no"),
        required=STUDIED,
        forbidden=NOT_STUDIED,
        applies_to=K12,
        default="0",
        source="[found: cedu; TypeScript schema]",
    )
    admission_month: Mapped[str | None] = field(
        "入学年月",
        "month of admission",
        MONTH,
        required={KG: STUDIED, SV: STUDIED, SE: STUDIED, HE: STUDIED},
        forbidden=NOT_STUDIED,
        note="Starred in the cedu templates; optional in the TypeScript schema.",
    )
    graduation_month: Mapped[str | None] = field(
        "毕业年月",
        "month of graduation",
        MONTH,
        required={HE: when("education_level != '0' and not is_enrolled()")},
        forbidden=NOT_STUDIED,
        rules=(
            Rule(
                "E01",
                "graduation_month <= admission_month",
                "毕业年月必须晚于入学年月",
                "Graduation must be later than admission.",
            ),
        ),
        note="Empty while still enrolled (publicly funded student).",
    )
    degree_level: Mapped[str | None] = field(
        "学位层次", "degree level", code("degree_level"), required=ALWAYS, needs_proof=True
    )
    degree_name: Mapped[str | None] = field(
        "学位名称",
        "degree name",
        code("degree_name"),
        required=when("degree_level not in ['0','1']"),
        forbidden=when("degree_level in ['0','1']"),
        options_filter="parent == degree_level",
    )
    degree_country: Mapped[str | None] = field(
        "获得学位的国家(地区)",
        "country of degree",
        code("country"),
        required=WITH_DEGREE,
        forbidden=NO_DEGREE,
        applies_to=K12,
        default="156",
        source="[found: cedu; TypeScript schema]",
    )
    degree_institution: Mapped[str | None] = field(
        "获得学位的院校或机构",
        "institution of degree",
        text(100),
        required=WITH_DEGREE,
        forbidden=NO_DEGREE,
        applies_to=K12,
        source="[found: cedu; TypeScript schema]",
    )
    degree_award_month: Mapped[str | None] = field(
        "学位授予年月",
        "month of award of degree",
        MONTH,
        required={SV: WITH_DEGREE, HE: WITH_DEGREE},
        forbidden=NO_DEGREE,
        rules=(
            warning(
                "E02",
                "degree_award_month < admission_month",
                "学位授予年月不能早于入学年月",
                "The degree must not be awarded before admission.",
            ),
        ),
    )
    study_mode: Mapped[str | None] = field(
        "学习方式", "mode of study", code("study_mode"), required=ALWAYS
    )
    study_institution_type: Mapped[str | None] = field(
        "在学单位类别",
        "type of institution studied at",
        code("study_institution_type"),
        required={HE: ALWAYS},
    )
