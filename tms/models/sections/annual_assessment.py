"""Section 7: annual assessment (年度考核)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, SCHOOL, SV, YEAR, Expectation, Rule, code, field, table, text
from tms.models.record import SectionRecord
from tms.models.sections.kinds import STUDENT


class AnnualAssessment(SectionRecord):
    """Results of the annual assessment, one row a year."""

    __tablename__ = "annual_assessment"
    __dictionary__ = table(
        "年度考核",
        "Annual assessment",
        filled_by=SCHOOL,
        exempt_person_kinds=STUDENT,
        min_records=1,
        natural_key=("year",),
        order_by=("year",),
        entry_range=(
            "from the current year on; at a later update every year since 2017 [seed0 三.2]"
        ),
        campaign_rule=Expectation(
            ("year",), "last_full_year", "a record for the last full year is expected [assumption]"
        ),
        source="[found: cedu; TypeScript schema]",
    )

    year: Mapped[int | None] = field(
        "考核年度",
        "assessment year",
        YEAR,
        required=ALWAYS,
        rules=(
            Rule(
                "A01",
                "year > year_of(today())",
                "考核年度不能晚于当前年度",
                "The year of assessment must not be later than this year.",
            ),
        ),
    )
    result: Mapped[str | None] = field(
        "考核结果", "result", code("annual_assessment_result"), required=ALWAYS
    )
    assessing_unit: Mapped[str | None] = field(
        "考核单位名称", "assessing unit", text(100), required={SV: ALWAYS}, default="=own_school"
    )
