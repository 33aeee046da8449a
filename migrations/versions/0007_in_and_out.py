"""In and out: durable jobs, kept files, imports, saved exports, bulk edits

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from tms.models.lock import relock

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PENDING = sa.text("state IN ('queued', 'running')")


def upgrade() -> None:
    _jobs()
    _files()
    _bulk()
    op.create_index("ix_audit_event_act_id", "audit_event", ["act_id", "teacher_id"])
    relock(op.get_bind())


def _jobs() -> None:
    op.create_table(
        "job",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("assignment_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(80), nullable=True),
        sa.Column("act_id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("done_before", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("lease", sa.String(32), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("checkpoint", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_job_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index("ix_job_user_id_id", "job", ["user_id", "id"])
    op.create_index(
        "ix_job_pending",
        "job",
        ["not_before"],
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
    op.create_table(
        "job_worker",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("host", sa.String(80), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_worker")),
    )


def _files() -> None:
    op.create_table(
        "kept_file",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored_as", sa.String(40), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_kept_file_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_file")),
    )
    op.create_index("ix_kept_file_user_id_id", "kept_file", ["user_id", "id"])
    op.create_index("ix_kept_file_expires_at", "kept_file", ["expires_at"])
    op.create_table(
        "import_batch",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.Column("preview_id", sa.BigInteger(), nullable=True),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("checked", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("loaded", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("undone", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("check_job", sa.BigInteger(), nullable=True),
        sa.Column("load_job", sa.BigInteger(), nullable=True),
        sa.Column("undo_job", sa.BigInteger(), nullable=True),
        sa.Column("report_job", sa.BigInteger(), nullable=True),
        sa.Column("act_id", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_import_batch_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index("ix_import_batch_user_id_id", "import_batch", ["user_id", "id"])
    op.create_table(
        "import_part",
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("phase", sa.String(6), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_import_part_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_import_part_user_id")),
        sa.PrimaryKeyConstraint("batch_id", "phase", "no", name=op.f("pk_import_part")),
    )
    op.create_table(
        "saved_export",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("grid", sa.String(40), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_saved_export_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_export")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_export_user_id_name")),
    )


def _bulk() -> None:
    op.create_table(
        "bulk_act",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("table_name", sa.String(40), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("previewed_at", sa.DateTime()),
        sa.Column("act_id", sa.String(32)),
        sa.Column("applied_at", sa.DateTime()),
        sa.Column("undo_id", sa.String(32)),
        sa.Column("undone_at", sa.DateTime()),
        sa.Column("preview_job", sa.BigInteger()),
        sa.Column("apply_job", sa.BigInteger()),
        sa.Column("undo_job", sa.BigInteger()),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_bulk_act_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_act")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_bulk_act_user_id"), "bulk_act", ["user_id"])
    op.create_table(
        "bulk_item",
        sa.Column("bulk_id", BIG_ID, nullable=False),
        sa.Column("target_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("fate", sa.String(8)),
        sa.Column("reason", sa.String(12)),
        sa.Column("finding", sa.String(12)),
        sa.Column("done", sa.String(8)),
        sa.Column("left_why", sa.String(12)),
        sa.Column("written_id", sa.BigInteger()),
        sa.Column("undone", sa.String(8)),
        sa.Column("kept_why", sa.String(12)),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulk_act.id"], name=op.f("fk_bulk_item_bulk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bulk_id", "target_id", name=op.f("pk_bulk_item")),
    )
    op.create_index("ix_bulk_item_order", "bulk_item", ["bulk_id", "teacher_id", "target_id"])


def downgrade() -> None:
    op.drop_index("ix_audit_event_act_id", table_name="audit_event")
    op.drop_table("bulk_item")
    op.drop_index("ix_bulk_act_user_id", table_name="bulk_act")
    op.drop_table("bulk_act")
    for table in ("saved_export", "import_part", "import_batch", "kept_file", "job_worker", "job"):
        op.drop_table(table)
    relock(op.get_bind())
