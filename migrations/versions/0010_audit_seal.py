"""Seals over ranges of the audit trail; refusals and reveals are counted

Revision ID: 0010
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from tms.models.lock import relock

revision = "0010"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: Acts of which each account has so many a minute and a day.
COUNTED = ("denied", "reveal")


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("lo", sa.BigInteger(), nullable=False),
        sa.Column("hi", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.Column("key_id", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("prev", name=op.f("uq_audit_seal_prev")),
    )
    for act in COUNTED:
        counted = sa.text(f"act = '{act}'")
        where = {"sqlite_where": counted, "postgresql_where": counted}
        op.create_index(f"ix_audit_event_{act}", "audit_event", ["user_id", "at"], **where)
    relock(op.get_bind())


def downgrade() -> None:
    for act in COUNTED:
        op.drop_index(f"ix_audit_event_{act}", table_name="audit_event")
    op.drop_table("audit_seal")
    relock(op.get_bind())
