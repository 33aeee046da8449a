"""Migrations: up, down and up again; and what they make is what the models say."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from tms.db import Base, db
from tms.models.lock import triggers


def test_the_schema_is_what_the_models_declare(application: Flask) -> None:
    with application.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


def test_down_leaves_nothing_and_up_again_the_same(application: Flask) -> None:
    with application.app_context():
        with db.engine.connect() as connection:
            before = triggers(connection)
        downgrade(revision="base")
        left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
        upgrade()
        with db.engine.connect() as connection:
            after = triggers(connection)

        assert left == set()
        assert before == after
        assert len(inspect(db.engine).get_table_names()) == len(Base.metadata.tables) + 1
