"""The last confirmation of a file; what a reviewer suggests instead

Revision ID: 0015
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from tms.models.lock import relock

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("teacher", sa.Column("confirmed_at", sa.DateTime(), nullable=True))
    op.add_column("review_note", sa.Column("suggestion", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("review_note", "suggestion")
    op.drop_column("teacher", "confirmed_at")
    relock(op.get_bind())
