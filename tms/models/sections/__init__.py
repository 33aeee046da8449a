"""The table of contents of the teacher's file: 17 sections with 26 tables."""

from __future__ import annotations

from tms.dictionary import Section, publish
from tms.models.record import SectionRecord
from tms.models.sections.achievements import (
    Artwork,
    Award,
    Book,
    MedicineCertificate,
    Paper,
    Patent,
    Project,
    Report,
    Standard,
    StudentAward,
)
from tms.models.sections.annual_assessment import AnnualAssessment
from tms.models.sections.basic_information import BasicInformation
from tms.models.sections.contact import Contact
from tms.models.sections.domestic_training import DomesticTraining
from tms.models.sections.exchange_rotation import ExchangeRotation
from tms.models.sections.overseas_training import OverseasTraining
from tms.models.sections.post_appointment import PostAppointment
from tms.models.sections.professional_ethics import ProfessionalEthics
from tms.models.sections.professional_title_appointment import ProfessionalTitleAppointment
from tms.models.sections.remuneration import Remuneration
from tms.models.sections.skills_certificates import SkillsCertificates
from tms.models.sections.study_experience import StudyExperience
from tms.models.sections.talent_project import TalentProject
from tms.models.sections.teacher_qualification import TeacherQualification
from tms.models.sections.teaching import Teaching
from tms.models.sections.work_experience import WorkExperience

ACHIEVEMENTS = (
    Project,
    Book,
    Paper,
    Award,
    Artwork,
    Patent,
    Report,
    MedicineCertificate,
    Standard,
    StudentAward,
)


def _section(no: int, model: type[SectionRecord]) -> Section:
    """A section that is one table."""
    table = model.dictionary
    return Section(no, table.key, table.zh, table.en, (table,), table.note, table.source)


SECTIONS: tuple[Section, ...] = publish(
    (
        _section(1, BasicInformation),
        _section(2, StudyExperience),
        _section(3, WorkExperience),
        _section(4, PostAppointment),
        _section(5, ProfessionalTitleAppointment),
        _section(6, Remuneration),
        _section(7, AnnualAssessment),
        _section(8, TeacherQualification),
        _section(9, ProfessionalEthics),
        _section(10, Teaching),
        Section(
            11,
            "achievements",
            "教学科研成果及获奖",
            "Teaching and research achievements and awards",
            tuple(model.dictionary for model in ACHIEVEMENTS),
            note=(
                "Ten sub-tables. Filled by the school in the Henan K-12 guide, by the teacher at "
                "universities [seed0 五A(二)]. Whether each empty sub-table needs its own "
                '"none" record is not confirmed: here the five with a type code need one at '
                "universities, none elsewhere [assumption]."
            ),
            source="[found: TypeScript schema; nfu_renshi]",
        ),
        _section(12, TalentProject),
        _section(13, DomesticTraining),
        _section(14, OverseasTraining),
        _section(15, SkillsCertificates),
        _section(16, ExchangeRotation),
        _section(17, Contact),
    )
)

_MODELS: tuple[type[SectionRecord], ...] = (
    BasicInformation,
    StudyExperience,
    WorkExperience,
    PostAppointment,
    ProfessionalTitleAppointment,
    Remuneration,
    AnnualAssessment,
    TeacherQualification,
    ProfessionalEthics,
    Teaching,
    *ACHIEVEMENTS,
    TalentProject,
    DomesticTraining,
    OverseasTraining,
    SkillsCertificates,
    ExchangeRotation,
    Contact,
)

#: The models by the key of their table, in the order of the sections.
TABLES: dict[str, type[SectionRecord]] = {model.__tablename__: model for model in _MODELS}
