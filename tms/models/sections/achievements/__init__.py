"""Section 11: achievements (教育教学和科研成果); ten tables."""

from __future__ import annotations

from tms.dictionary import Heading
from tms.models.sections.achievements.awards import Award, StudentAward
from tms.models.sections.achievements.projects import Project, Report
from tms.models.sections.achievements.publications import Book, Paper
from tms.models.sections.achievements.works import Artwork, MedicineCertificate, Patent, Standard

HEADING = Heading(
    "教学科研成果及获奖",
    "Teaching and research achievements and awards",
    note=(
        "Ten sub-tables. Filled by the school in the Henan K-12 guide, by the teacher at "
        "universities [seed0 五A(二)]. Whether each empty sub-table needs its own "
        '"none" record is not confirmed: here the five with a type code need one at '
        "universities, none elsewhere [assumption]."
    ),
    source="[found: TypeScript schema; nfu_renshi]",
)

TABLES = (
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
