"""tms: 教师管理信息系统, the Teacher Management System.

`create_app` is the only place that wires things together. Module level imports only the standard
library, so that ``python -m tms setup`` runs before anything is installed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).resolve().parent.parent


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application, configured from the environment and *overrides* (names as in `config`)."""
    from flask import Flask

    from tms import config

    app = Flask("tms", template_folder=str(ROOT / "templates"), static_folder="static")
    app.config.update(config.load(overrides))
    _database(app)
    _keys(app)
    _check_declarations()
    _limits(app)
    _jobs(app)
    _edges(app)
    return app


def _database(app: Flask) -> None:
    from flask_migrate import Migrate
    from sqlalchemy import make_url

    from tms import models  # noqa: F401  registers every table
    from tms.access import scope  # noqa: F401  its listeners guard every session
    from tms.db import APPLICATION, db, prepare_engine

    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    named = {"application_name": APPLICATION}
    options: dict[str, Any] = {"pool_pre_ping": True, "connect_args": named}
    if url.get_backend_name() == "sqlite":
        import pysqlite3.dbapi2

        from tms import config

        config.check_sqlite(app.config, pysqlite3.dbapi2.sqlite_version_info)
        Path(url.database or "").parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        options = {"module": pysqlite3.dbapi2}
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), compare_type=True)
    with app.app_context():
        prepare_engine(db.engine)


def _keys(app: Flask) -> None:
    from tms import config, crypto

    path = app.config["TMS_DATA_DIR"] / config.KEY_FILE
    if path.exists():
        crypto.install(crypto.Keyring.load(path), path)


def _check_declarations() -> None:
    """A mistake in a declaration stops the start, not the first user who meets it."""
    from tms.access.roles import SYSTEM_ROLES, Role
    from tms.dictionary import Category, Department, check_declarations, check_enum
    from tms.models import Level, NumberStatus, PersonKind, RecordStatus

    check_declarations()
    people = [role for role in Role if role not in SYSTEM_ROLES]
    for values, table in (
        (people, "account_role"),
        (list(Category), "school_category"),
        (list(Department), "functional_department"),
        ([str(int(level)) for level in Level], "unit_level"),
        (list(RecordStatus), "record_status"),
        (list(NumberStatus), "teacher_no_status"),
        (list(PersonKind), "collection_person_kind"),
    ):
        check_enum(values, table)


def _limits(app: Flask) -> None:
    from tms.records import export_limits, password_asks

    person, address = app.config["TMS_FORGOTTEN_PERSON"], app.config["TMS_FORGOTTEN_ADDRESS"]
    password_asks.install(password_asks.Limits(person, address))
    rows, day = app.config["TMS_EXPORT_ROWS"], app.config["TMS_EXPORT_ROWS_A_DAY"]
    export_limits.install(export_limits.Limits(rows, day, app.config["TMS_EXPORT_ALONE"]))


def _jobs(app: Flask) -> None:
    """What workers can do, what comes due by itself, and how they hear of the rest."""
    from tms.db import db
    from tms.documents import form_jobs, slip_jobs
    from tms.exchange import export_jobs, import_ends, import_jobs, template_jobs
    from tms.jobs import queue, register, schedule, transport
    from tms.records import bulk_jobs, figure_jobs, housekeeping, unit_jobs
    from tms.workflow import bulk, route_jobs

    ins = (slip_jobs, form_jobs, import_jobs, import_ends, template_jobs)
    here = (housekeeping, figure_jobs, bulk_jobs, unit_jobs)
    for package in (*here, bulk, route_jobs, *ins, export_jobs):
        for name, run in package.KINDS.items():
            register(name, run)
    nightly = [*housekeeping.SCHEDULES, *figure_jobs.SCHEDULES]
    schedule.install(nightly, figure_jobs.WATCHES)
    with app.app_context():
        url = db.engine.url
    data_dir, secret = app.config["TMS_DATA_DIR"], app.config["SECRET_KEY"]
    sender = transport.sender(lambda: transport.queue_at(url, data_dir, secret))
    queue.install(None if app.testing else sender)  # jobs of tests are done when a test says so


def _edges(app: Flask) -> None:
    from tms import admin_views, auth, cli, edge, gate, i18n, self_service, web

    edge.init_app(app)
    i18n.init_app(app)
    web.init_app(app)
    auth.init_app(app)
    gate.init_app(app)
    admin_views.init_app(app)
    self_service.init_app(app)
    cli.init_app(app)
