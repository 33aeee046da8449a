"""Files that are ready to be sent in."""

from __future__ import annotations

import pytest

from tests.support.cast import Cast, complete
from tests.support.review import enrol
from tests.support.university import UNIVERSITY, complete_university, make_teacher


@pytest.fixture
def ready(cast: Cast) -> int:
    """A complete file of the primary school, whose teacher can act."""
    made = cast.make_file()
    complete(cast, made)
    enrol(cast, made)
    return made


@pytest.fixture
def member(campus: Cast) -> int:
    """A complete file of the college with rows for every department, whose teacher can act."""
    made = make_teacher(campus)
    complete_university(campus, made)
    enrol(campus, made, UNIVERSITY)
    return made
