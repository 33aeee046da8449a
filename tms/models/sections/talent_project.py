"""Section 12: talent programmes (入选人才项目)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import ALWAYS, YEAR, Rule, code, field, table, when
from tms.models.record import SectionRecord
from tms.models.sections.kinds import STUDENT


class TalentProject(SectionRecord):
    """Talent programmes to which the person was admitted."""

    __tablename__ = "talent_project"
    __dictionary__ = table(
        "入选人才项目",
        "Talent programmes",
        exempt_person_kinds=STUDENT,
        min_records=1,
        none_record=("talent_project", "00"),
        natural_key=("talent_project", "selection_year"),
        order_by=("selection_year",),
        source="[found: cedu; TypeScript schema; nfu_renshi]",
    )

    talent_project: Mapped[str | None] = field(
        "入选人才项目名称", "talent programme", code("talent_project"), required=ALWAYS
    )
    selection_year: Mapped[int | None] = field(
        "入选年份",
        "year of selection",
        YEAR,
        required=when("talent_project != '00'"),
        forbidden=when("talent_project == '00'"),
        rules=(
            Rule(
                "G01",
                "selection_year > year_of(today())",
                "入选年份不能晚于当前年份",
                "The year of selection must not be later than this year.",
            ),
        ),
    )
