"""Files that are ready to be sent in."""

from __future__ import annotations

import pytest

from tests.support.begin import begun
from tests.support.cast import Cast, complete
from tests.support.review import enrol
from tests.support.university import UNIVERSITY, complete_university, make_teacher


def complete_file(cast: Cast) -> int:
    made = cast.make_file()
    complete(cast, made)
    enrol(cast, made)
    return made


def complete_member(campus: Cast) -> int:
    made = make_teacher(campus)
    complete_university(campus, made)
    enrol(campus, made, UNIVERSITY)
    return made


@pytest.fixture
def ready(cast: Cast) -> int:
    """A complete file of the primary school, whose teacher can act."""
    return begun(cast, complete_file)


@pytest.fixture
def member(campus: Cast) -> int:
    """A complete file of the college with rows for every department, whose teacher can act."""
    return begun(campus, complete_member)
