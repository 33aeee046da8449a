"""The table of contents of the teacher's file: 17 sections with 26 tables.

A new section is a module here and its line in `CONTENTS`; everything else follows from it.
"""

from __future__ import annotations

from importlib import import_module

from tms.dictionary import Section, publish
from tms.models.record import SectionRecord

#: The modules of this package in the order of the sections, which also numbers them.
CONTENTS = (
    "basic_information",
    "study_experience",
    "work_experience",
    "post_appointment",
    "professional_title_appointment",
    "remuneration",
    "annual_assessment",
    "teacher_qualification",
    "professional_ethics",
    "teaching",
    "achievements",
    "talent_project",
    "domestic_training",
    "overseas_training",
    "skills_certificates",
    "exchange_rotation",
    "contact",
)


def _models(name: str) -> tuple[type[SectionRecord], ...]:
    """The tables that a module declares: one, or as many as its `TABLES` says."""
    module = import_module(f"{__name__}.{name}")
    several: tuple[type[SectionRecord], ...] = getattr(module, "TABLES", ())
    declared = (
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, SectionRecord)
    )
    return several or tuple(m for m in declared if m.__module__ == module.__name__)


def _section(no: int, name: str) -> Section:
    """A section of several tables has a heading of its own; else it is called like its table."""
    tables = tuple(model.dictionary for model in MODELS[name])
    heading = getattr(import_module(f"{__name__}.{name}"), "HEADING", tables[0])
    return Section(no, name, heading.zh, heading.en, tables, heading.note, heading.source)


MODELS = {name: _models(name) for name in CONTENTS}

SECTIONS: tuple[Section, ...] = publish(
    tuple(_section(no, name) for no, name in enumerate(CONTENTS, start=1))
)

#: The models by the key of their table, in the order of the sections.
TABLES: dict[str, type[SectionRecord]] = {
    model.__tablename__: model for models in MODELS.values() for model in models
}
