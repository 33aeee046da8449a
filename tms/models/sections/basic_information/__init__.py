"""Section 1: basic information (基本信息), in three parts so that each can be read at a glance."""

from __future__ import annotations

from tms.dictionary import Sensitivity, table
from tms.models.record import SectionRecord
from tms.models.sections.basic_information.background import Background
from tms.models.sections.basic_information.employment import Employment
from tms.models.sections.basic_information.identity import Identity


class BasicInformation(Identity, Employment, Background, SectionRecord):
    """Who the person is and stands where; exactly one row, partly derived from other sections."""

    __tablename__ = "basic_information"
    __dictionary__ = table(
        "基本信息",
        "Basic information",
        cardinality="one",
        min_records=1,
        sensitivity=Sensitivity.MEDIUM,
        note="Exactly one record.",
        source="[found: cedu; TypeScript schema; nfu_renshi]",
    )
