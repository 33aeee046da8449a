"""Authentication: one-time codes, second factor, throttling, what a session has shown

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from tms.models.lock import relock

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _user() -> tuple[sa.Column, ...]:
    return (
        sa.Column("must_change", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("code_expires_at", sa.DateTime(), nullable=True),
        sa.Column("password_at", sa.DateTime(), nullable=True),
        sa.Column("rules_version", sa.String(20), nullable=True),
        sa.Column("rules_at", sa.DateTime(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("totp", sa.String(200), nullable=True),
        sa.Column("totp_at", sa.DateTime(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=True),
    )


def _session() -> tuple[sa.Column, ...]:
    return (
        sa.Column("stage", sa.String(10), server_default="full", nullable=False),
        sa.Column("via", sa.String(10), server_default="password", nullable=False),
        sa.Column("stepped_up_at", sa.DateTime(), nullable=True),
        sa.Column("address", sa.String(64), nullable=True),
        sa.Column("agent", sa.String(60), nullable=True),
    )


def upgrade() -> None:
    for table, columns in (("app_user", _user()), ("login_session", _session())):
        for column in columns:
            op.add_column(table, column)
    op.create_table(
        "login_guard",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("since_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_guard")),
    )
    op.create_index("ix_login_guard_since_at", "login_guard", ["since_at"])
    op.create_table(
        "recovery_code",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_recovery_code_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_user_id", "recovery_code", ["user_id"])


def downgrade() -> None:
    op.drop_table("recovery_code")
    op.drop_table("login_guard")
    for table, columns in (("login_session", _session()), ("app_user", _user())):
        for column in reversed(columns):
            op.drop_column(table, column.name)
    relock(op.get_bind())
