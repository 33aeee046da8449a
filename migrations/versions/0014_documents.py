"""Papers of a file: proofs become one kind among photo, attachments and signed forms

Revision ID: 0014
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from tms.models.lock import relock

revision = "0014"
down_revision = "0016"
branch_labels = None
depends_on = None

#: What PostgreSQL names after the table.
NAMED = ("pk_{}", "fk_{}_teacher_id")

#: One by one and never in a batch: SQLite would drop a table that change requests point to.
COLUMNS = (
    sa.Column("kind", sa.String(length=10), server_default="proof", nullable=False),
    sa.Column("table_name", sa.String(length=40), nullable=True),
    sa.Column("row_id", sa.BigInteger(), nullable=True),
    sa.Column("width", sa.Integer(), nullable=True),
    sa.Column("height", sa.Integer(), nullable=True),
    sa.Column("digest", sa.String(length=32), server_default="", nullable=False),
    sa.Column("has_thumb", sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column("facts", sa.JSON(), nullable=True),
    sa.Column("gone_at", sa.DateTime(), nullable=True),
)


def upgrade() -> None:
    op.drop_index("ix_proof_teacher_id", table_name="proof")
    _rename("proof", "document")
    for column in COLUMNS:
        op.add_column("document", column._copy())
    op.create_index("ix_document_teacher_id", "document", ["teacher_id"])
    op.create_index("ix_document_digest", "document", ["digest"])
    relock(op.get_bind())


def downgrade() -> None:
    """Only proofs can stay: there is nothing that other papers could belong to."""
    document = sa.table("document", sa.column("kind"))
    op.execute(document.delete().where(document.c.kind != "proof"))
    op.drop_index("ix_document_digest", table_name="document")
    op.drop_index("ix_document_teacher_id", table_name="document")
    for column in reversed(COLUMNS):
        op.drop_column("document", column.name)
    _rename("document", "proof")
    op.create_index("ix_proof_teacher_id", "proof", ["teacher_id"])
    relock(op.get_bind())


def _rename(former: str, name: str) -> None:
    op.rename_table(former, name)
    if op.get_bind().dialect.name == "postgresql":
        for each in NAMED:
            op.execute(
                f"ALTER TABLE {name} RENAME CONSTRAINT {each.format(former)} TO {each.format(name)}"
            )
        op.execute(f"ALTER SEQUENCE {former}_id_seq RENAME TO {name}_id_seq")
