"""Papers that were printed to be signed

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

from tms.models.lock import relock

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PATH = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "printed_form",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_path", PATH, nullable=False),
        sa.Column("functions", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("business", sa.String(24), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("act_id", sa.String(32), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=True),
        sa.Column("signed_by", sa.BigInteger(), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teacher.id"], name=op.f("fk_printed_form_teacher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_form")),
        sa.UniqueConstraint("code", name=op.f("uq_printed_form_code")),
    )
    op.create_index("ix_printed_form_teacher_id", "printed_form", ["teacher_id"])


def downgrade() -> None:
    op.drop_table("printed_form")
    relock(op.get_bind())
