"""Section 6: remuneration (基本待遇)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped

from tms.dictionary import (
    ALWAYS,
    HE,
    KG,
    PS,
    SCHOOL,
    SE,
    SV,
    YEAR,
    Expectation,
    Rule,
    Sensitivity,
    choices,
    decimal,
    field,
    table,
    warning,
)
from tms.models.record import SectionRecord
from tms.models.sections.kinds import STUDENT


class Remuneration(SectionRecord):
    """Pay, one row for each full year."""

    __tablename__ = "remuneration"
    __dictionary__ = table(
        "基本待遇",
        "Remuneration",
        filled_by=SCHOOL,
        exempt_person_kinds=STUDENT,
        sensitivity=Sensitivity.HIGH,
        min_records=1,
        natural_key=("year",),
        order_by=("year",),
        campaign_rule=Expectation(
            ("year",), "last_full_year", "a record for the last full year is expected [assumption]"
        ),
        rules=(
            warning(
                "Y03",
                "annual_income > 0 and annual_income < 12 * basic_salary",
                "年工资收入小于12个月基本工资",
                "The annual income is less than twelve months of basic salary.",
            ),
        ),
        source="[found: cedu; TypeScript schema]",
    )

    year: Mapped[int | None] = field(
        "年度",
        "year",
        YEAR,
        required=ALWAYS,
        rules=(
            Rule(
                "Y01",
                "year >= year_of(today())",
                "未满一年，请下年度填报",
                "The year is not over yet; please enter it next year.",
            ),
        ),
    )
    annual_income: Mapped[Decimal | None] = field(
        "年工资收入(元)",
        "annual salary income",
        decimal(12, "0", "99999999.99", "CNY"),
        required=ALWAYS,
        sensitivity=Sensitivity.HIGH,
        default="0.00",
    )
    basic_salary: Mapped[Decimal | None] = field(
        "基本工资(元/月)",
        "basic salary per month",
        decimal(12, "0", "99999999.99", "CNY"),
        required=ALWAYS,
        sensitivity=Sensitivity.HIGH,
        default="0.00",
    )
    performance_salary: Mapped[Decimal | None] = field(
        "绩效工资(元/月)",
        "performance salary per month",
        decimal(12, "0", "99999999.99", "CNY"),
        required=ALWAYS,
        sensitivity=Sensitivity.HIGH,
        default="0.00",
    )
    rural_subsidy: Mapped[Decimal | None] = field(
        "乡村教师生活补助(元/月)",
        "rural teacher subsidy per month",
        decimal(12, "0", "99999999.99", "CNY"),
        required=ALWAYS,
        applies_to=(PS,),
        sensitivity=Sensitivity.HIGH,
        default="0.00",
    )
    allowance: Mapped[Decimal | None] = field(
        "津贴补贴(元/月)",
        "allowances per month",
        decimal(12, "0", "99999999.99", "CNY"),
        required=ALWAYS,
        applies_to=(KG, SV, SE, HE),
        sensitivity=Sensitivity.HIGH,
        default="0.00",
        note="In special schools 特教津贴补贴(元/月). HE assumed.",
        source="[found: tangmin721/cedu forms+templates]",
    )
    other_allowance: Mapped[Decimal | None] = field(
        "其他津贴补贴(元/月)",
        "other allowances per month",
        decimal(12, "0", "99999999.99", "CNY"),
        required=ALWAYS,
        applies_to=(PS, SE),
        sensitivity=Sensitivity.HIGH,
        default="0.00",
    )
    other_pay: Mapped[Decimal | None] = field(
        "其他(元/月)",
        "other per month",
        decimal(12, "0", "99999999.99", "CNY"),
        required=ALWAYS,
        sensitivity=Sensitivity.HIGH,
        default="0.00",
    )
    social_insurance: Mapped[str | None] = field(
        "五险一金",
        "five insurances and housing fund",
        choices("social_insurance"),
        required=ALWAYS,
        sensitivity=Sensitivity.HIGH,
        rules=(
            Rule(
                "Y02",
                "contains_any(social_insurance, ['0']) and count(social_insurance) > 1",
                "选择“0-无”时不能多选",
                "“0 None” excludes every other choice.",
            ),
        ),
    )
