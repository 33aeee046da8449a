"""Who fills which field, as units have moved it; accounts from hand to hand

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
    _handovers()
    _passwords()
    _security()
    _columns()


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


def _handovers() -> None:
    op.create_table(
        "account_handover",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("unit_path", PATH, nullable=False),
        sa.Column("unit_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.BigInteger(), nullable=True),
        sa.Column("giver", sa.String(50), nullable=False),
        sa.Column("giver_unit", sa.String(100), nullable=False),
        sa.Column("receiver", sa.String(50), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        sa.Column("received_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_account_handover_unit_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_account_handover_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_handover")),
    )
    op.create_index("ix_account_handover_unit_path_id", "account_handover", ["unit_path", "id"])
    op.create_index("ix_account_handover_user_id", "account_handover", ["user_id"])


def _passwords() -> None:
    op.create_table(
        "password_ask",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("unit_path", PATH, nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        *(
            sa.Column(f"{verb}_{what}", type_, nullable=True)
            for verb in ("submitted", "reset", "handed")
            for what, type_ in (("by", sa.BigInteger()), ("at", sa.DateTime()))
        ),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teacher.id"], name=op.f("fk_password_ask_teacher_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_password_ask_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_ask")),
    )
    op.create_index("ix_password_ask_unit_path_id", "password_ask", ["unit_path", "id"])
    op.create_index("ix_password_ask_user_id", "password_ask", ["user_id"])
    op.create_table(
        "public_asks",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("hour", sa.DateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_asks")),
        sa.UniqueConstraint("source", "hour", name=op.f("uq_public_asks_source_hour")),
    )


def _security() -> None:
    op.create_table(
        "security_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("unit_path", PATH, nullable=False),
        sa.Column("unit_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("title", bytewise(100), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(40), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("person", bytewise(50), nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("written_by", sa.BigInteger(), nullable=True),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_security_entry_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_entry")),
    )
    op.create_index("ix_security_entry_unit_path_id", "security_entry", ["unit_path", "id"])
    op.create_index("ix_security_entry_unit_id_kind", "security_entry", ["unit_id", "kind"])


def bytewise(length: int) -> sa.String:
    """Text that PostgreSQL compares byte by byte."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _columns() -> None:
    reads = sa.Column("is_read_only", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("app_user", reads)
    once = sa.Column("is_once", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("kept_file", once)


def downgrade() -> None:
    op.drop_column("kept_file", "is_once")
    op.drop_column("app_user", "is_read_only")
    for name in ("security_entry", "public_asks", "password_ask", "account_handover"):
        op.drop_table(name)
    op.drop_table("fill_stamp")
    op.drop_table("fill_setting")
    relock(op.get_bind())
