"""Alembic's entry: runs migrations on the application's own engine, one transaction in all."""

from alembic import context
from flask import current_app

from tms.db import writing

config = context.config
database = current_app.extensions["migrate"].db
metadata = database.metadatas[None]


def run_online() -> None:
    """SQLite gets BEGIN IMMEDIATE and transactional DDL: old schema or new, never half (F12)."""
    engine = database.engine
    with writing(), engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            transactional_ddl=True,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run_online()
