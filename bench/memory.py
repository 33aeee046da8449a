"""A process of its own that exports every file, and says by how much that made it grow (Linux)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from sqlalchemy import select

from bench.exports import CODED
from tms import create_app
from tms.access import acting
from tms.actors import actor_for
from tms.db import db
from tms.exchange import export_table
from tms.models import Teacher

STATUS = Path("/proc/self/status")
#: Writing 5 lets the peak begin anew.
PEAK = Path("/proc/self/clear_refs")
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
            PEAK.write_text("5", "ascii")
            before = resident("VmRSS")
            rows = export_table(db.session(), actor, "teacher", out, only=CODED)
            db.session.rollback()
    sys.stdout.write(f"{rows} {resident('VmHWM') - before:.1f}\n")


def resident(key: str) -> float:
    """MiB held now (VmRSS), or at most since the peak began (VmHWM)."""
    lines = (line.split() for line in STATUS.read_text("ascii").splitlines())
    return next(int(words[1]) for words in lines if words[0] == f"{key}:") / KIB


if __name__ == "__main__":
    main(*sys.argv[1:])
