"""Exports: what an account took out on a day, and requests for a second person's consent

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from tms.models.lock import relock

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PATH = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "export_tally",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_export_tally_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_tally")),
        sa.UniqueConstraint("user_id", "day", name=op.f("uq_export_tally_user_id_day")),
    )
    _requests()


def _requests() -> None:
    op.create_table(
        "export_request",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_path", PATH, nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("by_unit", sa.String(200), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_name", sa.String(200), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_export_request_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["app_user.id"], name=op.f("fk_export_request_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_request")),
    )
    op.create_index("ix_export_request_unit_path_id", "export_request", ["unit_path", "id"])
    op.create_index("ix_export_request_user_id_id", "export_request", ["user_id", "id"])


def downgrade() -> None:
    op.drop_table("export_request")
    op.drop_table("export_tally")
    relock(op.get_bind())
