"""What the ten tables of section 11 have in common."""

from __future__ import annotations

from functools import partial

from tms.dictionary import HE, KG, PS, SCHOOL, SE, SV, TEACHER, Department, Routing, table
from tms.models.sections.kinds import STUDENT

#: Filled by the school in the Henan guide for schools, by the teacher at universities.
FILLED_BY = {KG: SCHOOL, PS: SCHOOL, SV: TEACHER, SE: TEACHER, HE: TEACHER}

achievement = partial(
    table,
    filled_by=FILLED_BY,
    exempt_person_kinds=STUDENT,
    reviewer=Routing((Department.RESEARCH,)),
    source="[found: TypeScript schema; nfu_renshi]",
)
