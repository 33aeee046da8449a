"""Section 11: achievements (教育教学和科研成果); ten tables."""

from tms.models.sections.achievements.awards import Award, StudentAward
from tms.models.sections.achievements.projects import Project, Report
from tms.models.sections.achievements.publications import Book, Paper
from tms.models.sections.achievements.works import Artwork, MedicineCertificate, Patent, Standard

__all__ = [
    "Artwork",
    "Award",
    "Book",
    "MedicineCertificate",
    "Paper",
    "Patent",
    "Project",
    "Report",
    "Standard",
    "StudentAward",
]
