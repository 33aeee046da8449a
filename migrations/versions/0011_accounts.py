"""Who fills which field, as units have moved it

Revision ID: 0011
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from tms.models.lock import relock

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PATH = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    _fill_policy()


def _fill_policy() -> None:
    op.create_table(
        "fill_setting",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("unit_id", BIG_ID, nullable=False),
        sa.Column("category", sa.String(24), nullable=False),
        sa.Column("table_name", sa.String(40), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("said", sa.String(8), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_fill_setting_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fill_setting")),
        sa.UniqueConstraint(
            "unit_id",
            "category",
            "table_name",
            "field",
            name=op.f("uq_fill_setting_unit_id_category_table_name_field"),
        ),
    )
    op.create_index(
        "ix_fill_setting_category_table_name", "fill_setting", ["category", "table_name"]
    )
    stamp = op.create_table(
        "fill_stamp",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fill_stamp")),
    )
    op.bulk_insert(stamp, [{"id": 1, "stamp": ""}])


def downgrade() -> None:
    op.drop_table("fill_stamp")
    op.drop_table("fill_setting")
    relock(op.get_bind())
