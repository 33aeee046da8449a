"""Figures of 完整性检测 on the header of a file, and which files' figures are stale

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from tms.models.due import unwatch
from tms.models.lock import relock

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIGURES = ("teacher_errors", "school_errors", "bureau_errors", "warnings")


def upgrade() -> None:
    op.create_table(
        "check_due",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_due")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_check_due_teacher_id", "check_due", ["teacher_id"])
    for name in FIGURES:
        op.add_column("teacher", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("teacher", sa.Column("check_mark", sa.String(8), nullable=True))
    op.add_column("teacher", sa.Column("checked_on", sa.Date(), nullable=True))
    op.add_column("teacher", sa.Column("check_rules", sa.String(16), nullable=True))
    number = sa.Column("check_no", sa.Integer(), server_default=sa.text("0"), nullable=False)
    op.add_column("teacher", number)
    op.create_index("ix_teacher_check_mark", "teacher", ["check_mark", "unit_path", "id"])
    op.create_index("ix_teacher_checks", "teacher", ["unit_path", "check_mark"])
    relock(op.get_bind())


def downgrade() -> None:
    unwatch(op.get_bind())
    op.drop_index("ix_teacher_checks", "teacher")
    op.drop_index("ix_teacher_check_mark", "teacher")
    for name in ("check_no", "check_rules", "checked_on", "check_mark", *reversed(FIGURES)):
        op.drop_column("teacher", name)
    op.drop_table("check_due")
    relock(op.get_bind())
