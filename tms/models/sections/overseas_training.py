"""Section 14: overseas training and visits (海外研修(访学))."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, DATE, K12, Rule, code, field, table, text, warning, when
from tms.models.record import SectionRecord
from tms.models.sections.kinds import STUDENT

STAYED_HOME = when("has_experience == '0'")
WENT_ABROAD = when("has_experience == '1'")


class OverseasTraining(SectionRecord):
    """Stays abroad of three months or longer."""

    __tablename__ = "overseas_training"
    __dictionary__ = table(
        "海外研修(访学)",
        "Overseas training and visits",
        exempt_person_kinds=STUDENT,
        min_records=1,
        none_record=("has_experience", "0"),
        natural_key=("start_date", "host_institution"),
        order_by=("start_date",),
        entry_range=(
            "three months or longer; studies for a degree abroad belong to study_experience"
        ),
        source="[found: cedu; TypeScript schema; nfu_renshi]",
    )

    has_experience: Mapped[str | None] = field(
        "是否有海外研修(访学)经历", "has overseas experience", code("yes_no"), required=ALWAYS
    )
    start_date: Mapped[date | None] = field(
        "开始日期", "start", DATE, required=WENT_ABROAD, forbidden=STAYED_HOME
    )
    end_date: Mapped[date | None] = field(
        "结束日期",
        "end",
        DATE,
        required=dict.fromkeys(K12, WENT_ABROAD),
        forbidden=STAYED_HOME,
        rules=(
            Rule(
                "O01",
                "end_date <= start_date",
                "结束日期必须晚于开始日期",
                "The end must be later than the start.",
            ),
            warning(
                "O02",
                "months_between(start_date, end_date) < 3",
                "海外研修(访学)应为三个月以上",
                "Training abroad should last at least three months.",
            ),
        ),
    )
    country: Mapped[str | None] = field(
        "国家(地区)",
        "country or region",
        code("country"),
        required=WENT_ABROAD,
        forbidden=STAYED_HOME,
        rules=(
            Rule(
                "O03",
                "country == '156'",
                "海外研修国家(地区)不能为中国",
                "The country of training abroad must not be China.",
            ),
        ),
    )
    host_institution: Mapped[str | None] = field(
        "研修(访学)机构名称",
        "host institution",
        text(100),
        required=WENT_ABROAD,
        forbidden=STAYED_HOME,
    )
    project_name: Mapped[str | None] = field(
        "项目名称", "project", text(100), required=WENT_ABROAD, forbidden=STAYED_HOME
    )
    organising_unit: Mapped[str | None] = field(
        "项目组织单位名称",
        "organising unit",
        text(100),
        required=WENT_ABROAD,
        forbidden=STAYED_HOME,
    )
