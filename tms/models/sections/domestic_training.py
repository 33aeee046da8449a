"""Section 13: training in china (国内培训)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from tms.dictionary import (
    ALWAYS,
    HE,
    K12,
    KG,
    PS,
    SCHOOL,
    SE,
    SV,
    TEACHER,
    YEAR,
    Rule,
    code,
    field,
    integer,
    table,
    text,
)
from tms.models.record import SectionRecord
from tms.models.sections.kinds import STUDENT


class DomesticTraining(SectionRecord):
    """Training within the country."""

    __tablename__ = "domestic_training"
    __dictionary__ = table(
        "国内培训",
        "Training in China",
        filled_by={KG: SCHOOL, PS: SCHOOL, SV: TEACHER, SE: TEACHER, HE: TEACHER},
        exempt_person_kinds=STUDENT,
        min_records=1,
        natural_key=("year", "project_name"),
        order_by=("year",),
        note=(
            "TMIS also has a training credit business (培训学分(学时)管理) that writes here. "
            "Nothing to report: one record, project_name 无, hours 0 [assumption]."
        ),
        source="[found: cedu; TypeScript schema; nfu_renshi]",
    )

    year: Mapped[int | None] = field(
        "培训年度",
        "training year",
        YEAR,
        required=ALWAYS,
        rules=(
            Rule(
                "K01",
                "year > year_of(today())",
                "培训年度不能晚于当前年度",
                "The year of training must not be later than this year.",
            ),
        ),
    )
    training_type: Mapped[str | None] = field(
        "培训类别", "training level", code("training_type"), required=ALWAYS
    )
    project_name: Mapped[str | None] = field(
        "培训项目名称", "training project", text(100), required=ALWAYS
    )
    organisation: Mapped[str | None] = field(
        "培训机构名称", "training body", text(100), required={HE: ALWAYS}
    )
    training_mode: Mapped[str | None] = field(
        "培训方式", "training mode", code("training_mode"), required=ALWAYS
    )
    hours: Mapped[int | None] = field(
        "培训获得学时", "hours earned", integer(0, 9999), required=ALWAYS
    )
    credits: Mapped[int | None] = field(
        "培训获得学分",
        "credits earned",
        integer(0, 9999),
        required={SV: ALWAYS},
        applies_to=K12,
        source="[found: tangmin721/cedu forms+templates]",
    )
