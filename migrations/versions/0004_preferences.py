"""What users arrange for themselves, and an index for searches by number.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from tms.models.lock import relock

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "grid_columns",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("grid", sa.String(40), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_grid_columns_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "grid", name=op.f("pk_grid_columns")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("grid", sa.String(40), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_saved_view_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "user_id", "grid", "name", name=op.f("uq_saved_view_user_id_grid_name")
        ),
    )
    searches = sa.text("act = 'find.number'")
    op.create_index(
        "ix_audit_event_find",
        "audit_event",
        ["user_id", "at"],
        sqlite_where=searches,
        postgresql_where=searches,
    )
    relock(op.get_bind())


def downgrade() -> None:
    op.drop_index("ix_audit_event_find", table_name="audit_event")
    op.drop_table("saved_view")
    op.drop_table("grid_columns")
    relock(op.get_bind())
