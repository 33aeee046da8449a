"""A process of its own that exports every file, and says by how much that made it grow."""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

from sqlalchemy import select

from bench.bulk import CODED
from tms import create_app
from tms.access import acting
from tms.auth import actor_for
from tms.db import db
from tms.exchange import export_table
from tms.models import Teacher

KIB = 1024


def main(url: str, folder: str, username: str) -> None:
    """Print rows and MiB; what a small export needs as well is there before."""
    application = create_app({"TMS_DATABASE_URL": url, "TMS_DATA_DIR": folder})
    with application.app_context(), tempfile.TemporaryDirectory() as place:
        actor = actor_for(db.session(), username)
        db.session.rollback()
        with acting(db.session(), actor):
            out = Path(place) / "teachers.csv"
            few = select(Teacher.id).order_by(Teacher.id).limit(10)
            export_table(db.session(), actor, "teacher", out, only=CODED, rows=few)
            before = peak()
            rows = export_table(db.session(), actor, "teacher", out, only=CODED)
            db.session.rollback()
    sys.stdout.write(f"{rows} {peak() - before:.0f}\n")


def peak() -> float:
    """The most memory that this process ever held, in MiB (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB


if __name__ == "__main__":
    main(*sys.argv[1:])
