"""What every page is drawn in: stylesheets and scripts, who one is, where one may go."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import format_datetime

from tms.admin_views import counts
from tms.admin_views.labels import coded, day_of, moment
from tms.admin_views.nav import navigation
from tms.admin_views.notices import notices_now
from tms.auth import other_assignments
from tms.models.types import now

#: In the order they are read; later rules win.
STYLESHEETS = (
    "css/tokens.css",
    "css/frame.css",
    "css/controls.css",
    "css/tables.css",
    "css/panels.css",
    "css/work.css",
    "css/forms.css",
    "css/units.css",
    "css/routes.css",
    "css/holds.css",
    "css/desk.css",
    "css/changes.css",
    "css/why.css",
    "css/jobs.css",
    "css/exports.css",
    "css/mending.css",
    "css/bulk.css",
    "css/me.css",
    "css/mine.css",
    "css/papers.css",
    "css/narrow.css",
    "css/print.css",
)
SCRIPTS = (
    "tms.js",
    "grid.js",
    "pickers.js",
    "months.js",
    "forms.js",
    "units.js",
    "review.js",
    "why.js",
    "jobs.js",
    "export.js",
    "keep.js",
    "photo.js",
    "mine.js",
)
#: A state's icon by its tone (see `labels.TONES`).
TONE_ICONS = {
    "force": "check",
    "review": "clock",
    "back": "back",
    "error": "stop",
    "warn": "warn",
    "draft": "pen",
    "hold": "lock",
    "late": "clock",
}
#: Addresses of assets carry their content's hash, so that browsers may keep them.
KEPT = 30 * 24 * 3600


def init_app(app: Flask) -> None:
    """Give the templates what the frame needs."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = KEPT
    app.jinja_env.globals.update(
        asset=asset,
        stylesheets=STYLESHEETS,
        scripts=SCRIPTS,
        navigation=navigation,
        notices_now=notices_now,
        other_assignments=other_assignments,
        role_name=lambda role: coded("account_role", role),
        printed_at=printed_at,
        shown_count=counts.shown,
        tone_icons=TONE_ICONS,
        stamp=moment,
        short_day=day_of,
    )


def asset(name: str) -> str:
    """Address of a file of `tms/static`, new whenever its content is."""
    return _address(str(current_app.static_folder), request.script_root, name)


@cache
def _address(folder: str, root: str, name: str) -> str:  # noqa: ARG001  the address begins with it
    """Made once: a page names thirty."""
    version = hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]
    return url_for("static", filename=name, v=version)


def printed_at() -> Any:
    """Now, in China's time, to the minute."""
    return format_datetime(now(), "yyyy-MM-dd HH:mm")
