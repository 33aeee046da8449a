"""Alembic's entry: runs migrations on the application's own engine, one transaction in all."""

from alembic import context
from flask import current_app

from tms.db import writing

#: How generated migrations write our own types: plainly, so that they never import models.
TYPES = {
    "UTCDateTime": "sa.DateTime()",
    "Money": "sa.Numeric(14, 2).with_variant(sa.Float(), 'sqlite')",
}

config = context.config
database = current_app.extensions["migrate"].db
metadata = database.metadatas[None]


def render_item(kind: str, item: object, _autogen: object) -> str | bool:
    """Our types in plain words; everything else as Alembic does."""
    return TYPES.get(type(item).__name__, False) if kind == "type" else False


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
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()


run_online()
