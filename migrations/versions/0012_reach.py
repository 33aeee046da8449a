"""Who read and who took out whose file

Revision ID: 0012
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from tms.models.lock import relock

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "file_read",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["teacher_id"], ["teacher.id"], name=op.f("fk_file_read_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_read")),
        sa.UniqueConstraint(
            "teacher_id",
            "assignment_id",
            "day",
            name=op.f("uq_file_read_teacher_id_assignment_id_day"),
        ),
    )
    op.create_index("ix_file_read_day", "file_read", ["day"])
    op.create_table(
        "export_reach",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("act_id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_reach")),
    )
    op.create_index("ix_export_reach_block_id", "export_reach", ["block", "id"])


def downgrade() -> None:
    op.drop_table("export_reach")
    op.drop_table("file_read")
    relock(op.get_bind())
