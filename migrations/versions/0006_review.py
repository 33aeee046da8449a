"""Review: rounds and routes of submissions, change requests, reopenings, freezes, the bin

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from tms.models.lock import relock

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PATH = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")
#: Of tasks there are already: who holds the desk of a step.
HOLDERS = {
    "supplement": "record:supplement",
    "head": "file:school_review",
    "report": "file:report",
    "approve": "file:approve",
}


def upgrade() -> None:
    op.create_table(
        "route_version",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("unit_id", BIG_ID, nullable=False),
        sa.Column("unit_path", PATH, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_route_version_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_version")),
        sa.UniqueConstraint("unit_id", "version", name=op.f("uq_route_version_unit_id_version")),
    )
    op.create_table(
        "binned_file",
        sa.Column("teacher_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_path", PATH, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("binned_by", sa.BigInteger(), nullable=True),
        sa.Column("binned_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teacher.id"], name=op.f("fk_binned_file_teacher_id")
        ),
        sa.PrimaryKeyConstraint("teacher_id", name=op.f("pk_binned_file")),
    )
    op.create_table(
        "file_freeze",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", BIG_ID, nullable=True),
        sa.Column("unit_path", PATH, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("by_unit_id", BIG_ID, nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("released_at", sa.DateTime(), nullable=True),
        sa.Column("released_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["teacher_id"], ["teacher.id"], name=op.f("fk_file_freeze_teacher_id")),
        sa.ForeignKeyConstraint(["by_unit_id"], ["unit.id"], name=op.f("fk_file_freeze_by_unit_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_file_freeze_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_freeze")),
    )
    with op.batch_alter_table("file_freeze", schema=None) as batch_op:
        batch_op.create_index("ix_file_freeze_act", ["act"], unique=False)
        batch_op.create_index(
            "ix_file_freeze_open",
            ["unit_path"],
            unique=False,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )
        batch_op.create_index("ix_file_freeze_teacher_id", ["teacher_id"], unique=False)

    op.create_table(
        "proof",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_path", PATH, nullable=False),
        sa.Column("functions", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_as", sa.String(length=40), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["teacher_id"], ["teacher.id"], name=op.f("fk_proof_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
    )
    with op.batch_alter_table("proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proof_teacher_id"), ["teacher_id"], unique=False)

    op.create_table(
        "reopening",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_path", PATH, nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teacher.id"], name=op.f("fk_reopening_teacher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reopening")),
    )
    with op.batch_alter_table("reopening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reopening_teacher_id"), ["teacher_id"], unique=False)

    op.create_table(
        "change_request",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_path", PATH, nullable=False),
        sa.Column("functions", sa.SmallInteger(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("patch", sa.JSON(), nullable=False),
        sa.Column("former", sa.JSON(), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("proof_id", BIG_ID, nullable=True),
        sa.Column("reopening_id", BIG_ID, nullable=True),
        sa.Column("wish_id", BIG_ID, nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_act", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["proof_id"], ["proof.id"], name=op.f("fk_change_request_proof_id")
        ),
        sa.ForeignKeyConstraint(
            ["reopening_id"], ["reopening.id"], name=op.f("fk_change_request_reopening_id")
        ),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teacher.id"], name=op.f("fk_change_request_teacher_id")
        ),
        sa.ForeignKeyConstraint(
            ["wish_id"], ["change_request.id"], name=op.f("fk_change_request_wish_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
    )
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_change_request_decided_act"), ["decided_act"], unique=False
        )
        batch_op.create_index("ix_change_request_teacher_id", ["teacher_id"], unique=False)
        batch_op.create_index(
            "ix_change_request_unit_path_status", ["unit_path", "status", "id"], unique=False
        )
        batch_op.create_index(
            "uq_change_request_open",
            ["table_name", "row_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('draft', 'in_review')"),
            postgresql_where=sa.text("status IN ('draft', 'in_review')"),
        )
        batch_op.create_index(
            "uq_change_request_wish",
            ["table_name", "row_id"],
            unique=True,
            sqlite_where=sa.text("status = 'wish'"),
            postgresql_where=sa.text("status = 'wish'"),
        )

    with op.batch_alter_table("review_note", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("filler", sa.String(length=8), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("act", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("resolved_act", sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_review_note_act"), ["act"], unique=False)

    with op.batch_alter_table("review_task", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("functions", sa.SmallInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("shape", sa.String(length=90), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("permission", sa.String(length=24), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("opened_act", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("round", sa.SmallInteger(), server_default="1", nullable=False)
        )
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("seen_by", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("stand_in", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.drop_constraint(
            batch_op.f("uq_review_task_submission_id_step_desk_function"), type_="unique"
        )
        batch_op.drop_index("ix_review_task_desk")
        batch_op.create_index(
            "ix_review_task_desk",
            ["desk_unit_id", "permission", "step", "teacher_id"],
            unique=False,
            sqlite_where=sa.text("verdict IS NULL"),
            postgresql_where=sa.text("verdict IS NULL"),
        )
        batch_op.create_index("ix_review_task_decided", ["decided_by", "decided_at"], unique=False)
        batch_op.create_index(
            "ix_review_task_returned",
            ["decided_at", "unit_path", "id"],
            unique=False,
            sqlite_where=sa.text("verdict = 'returned'"),
            postgresql_where=sa.text("verdict = 'returned'"),
        )
        batch_op.create_index(
            "ix_review_task_waiting",
            ["opened_at", "unit_path", "id"],
            unique=False,
            sqlite_where=sa.text("verdict IS NULL"),
            postgresql_where=sa.text("verdict IS NULL"),
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_review_task_submission_id_step_desk_function_round"),
            ["submission_id", "step", "desk_function", "round"],
        )

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("route_version_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("round", sa.SmallInteger(), server_default="1", nullable=False)
        )
        batch_op.add_column(
            sa.Column("shape", sa.String(length=90), server_default="", nullable=False)
        )

    with op.batch_alter_table("submission_row", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("functions", sa.SmallInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("round", sa.SmallInteger(), server_default="1", nullable=False)
        )
        batch_op.add_column(sa.Column("act", sa.String(length=32), nullable=True))

    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("one_person_since", sa.Date(), nullable=True))

    op.create_index("ix_assignment_unit_id_role", "assignment", ["unit_id", "role"])
    with op.batch_alter_table("teacher", schema=None) as batch_op:
        batch_op.add_column(sa.Column("personnel_status_since", sa.Date(), nullable=True))

    task = sa.table("review_task", sa.column("step"), sa.column("permission"))
    for step, permission in HOLDERS.items():
        op.execute(task.update().where(task.c.step == step).values(permission=permission))
    relock(op.get_bind())


def downgrade() -> None:
    op.drop_index("ix_assignment_unit_id_role", table_name="assignment")
    with op.batch_alter_table("teacher", schema=None) as batch_op:
        batch_op.drop_column("personnel_status_since")

    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_column("one_person_since")

    with op.batch_alter_table("submission_row", schema=None) as batch_op:
        batch_op.drop_column("act")
        batch_op.drop_column("round")
        batch_op.drop_column("functions")

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_column("shape")
        batch_op.drop_column("round")
        batch_op.drop_column("route_version_id")

    with op.batch_alter_table("review_task", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_review_task_submission_id_step_desk_function_round"), type_="unique"
        )
        batch_op.drop_index(
            "ix_review_task_waiting",
            sqlite_where=sa.text("verdict IS NULL"),
            postgresql_where=sa.text("verdict IS NULL"),
        )
        batch_op.drop_index(
            "ix_review_task_returned",
            sqlite_where=sa.text("verdict = 'returned'"),
            postgresql_where=sa.text("verdict = 'returned'"),
        )
        batch_op.drop_index("ix_review_task_decided")
        batch_op.drop_index("ix_review_task_desk")
        batch_op.create_index(
            "ix_review_task_desk", ["desk_unit_id", "step", "verdict"], unique=False
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_review_task_submission_id_step_desk_function"),
            ["submission_id", "step", "desk_function"],
        )
        batch_op.drop_column("stand_in")
        batch_op.drop_column("seen_by")
        batch_op.drop_column("seen_at")
        batch_op.drop_column("round")
        batch_op.drop_column("due_at")
        batch_op.drop_column("opened_act")
        batch_op.drop_column("shape")
        batch_op.drop_column("permission")
        batch_op.drop_column("functions")

    with op.batch_alter_table("review_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_note_act"))
        batch_op.drop_column("resolved_act")
        batch_op.drop_column("act")
        batch_op.drop_column("filler")

    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_change_request_wish",
            sqlite_where=sa.text("status = 'wish'"),
            postgresql_where=sa.text("status = 'wish'"),
        )
        batch_op.drop_index(
            "uq_change_request_open",
            sqlite_where=sa.text("status IN ('draft', 'in_review')"),
            postgresql_where=sa.text("status IN ('draft', 'in_review')"),
        )
        batch_op.drop_index("ix_change_request_unit_path_status")
        batch_op.drop_index("ix_change_request_teacher_id")
        batch_op.drop_index(batch_op.f("ix_change_request_decided_act"))

    op.drop_table("change_request")
    with op.batch_alter_table("reopening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reopening_teacher_id"))

    op.drop_table("reopening")
    with op.batch_alter_table("proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proof_teacher_id"))

    op.drop_table("proof")
    with op.batch_alter_table("file_freeze", schema=None) as batch_op:
        batch_op.drop_index("ix_file_freeze_teacher_id")
        batch_op.drop_index(
            "ix_file_freeze_open",
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )
        batch_op.drop_index("ix_file_freeze_act")

    op.drop_table("file_freeze")
    op.drop_table("binned_file")
    op.drop_table("route_version")
    relock(op.get_bind())
