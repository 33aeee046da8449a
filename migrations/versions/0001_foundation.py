"""Foundation: units, accounts, files, work, audit

Revision ID: 0001
Revises: 
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('act_id', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('assignment_id', sa.BigInteger(), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=True),
    sa.Column('unit_id', sa.BigInteger(), nullable=True),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=True),
    sa.Column('submission_id', sa.BigInteger(), nullable=True),
    sa.Column('files', sa.Integer(), nullable=False),
    sa.Column('rows', sa.JSON(), nullable=True),
    sa.Column('former', sa.JSON(), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_event'))
    )
    op.create_index('ix_audit_event_teacher_id', 'audit_event', ['teacher_id'], unique=False)
    op.create_index('ix_audit_event_unit_path_id', 'audit_event', ['unit_path', 'id'], unique=False)
    op.create_table('id_block',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('next_id', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_id_block'))
    )
    op.create_table('lock_release',
    sa.Column('table_name', sa.String(length=40), nullable=False),
    sa.Column('row_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('table_name', 'row_id', name=op.f('pk_lock_release'))
    )
    op.create_table('person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_index(op.f('ix_person_unit_path'), 'person', ['unit_path'], unique=False)
    op.create_table('selection',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_selection'))
    )
    op.create_table('unit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=24), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('function', sa.String(length=24), nullable=True),
    sa.Column('school_category', sa.String(length=24), nullable=True),
    sa.Column('supervisor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('run_type', sa.String(length=10), nullable=True),
    sa.Column('sponsor_type', sa.String(length=10), nullable=True),
    sa.Column('region', sa.String(length=6), nullable=True),
    sa.Column('host_unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('contact_email', sa.String(length=60), nullable=True),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['host_unit_id'], ['unit.id'], name=op.f('fk_unit_host_unit_id')),
    sa.ForeignKeyConstraint(['supervisor_id'], ['unit.id'], name=op.f('fk_unit_supervisor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('code', name=op.f('uq_unit_code')),
    sa.UniqueConstraint('unit_path', name=op.f('uq_unit_unit_path'))
    )
    op.create_index('ix_unit_name', 'unit', ['name'], unique=False)
    op.create_index('ix_unit_supervisor_id', 'unit', ['supervisor_id'], unique=False)
    op.create_table('report_up',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('superior_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('receipt', sa.String(length=40), nullable=False),
    sa.Column('files', sa.Integer(), nullable=False),
    sa.Column('reported_by', sa.BigInteger(), nullable=True),
    sa.Column('reported_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['superior_id'], ['unit.id'], name=op.f('fk_report_up_superior_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_report_up_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_up')),
    sa.UniqueConstraint('receipt', name=op.f('uq_report_up_receipt'))
    )
    op.create_index(op.f('ix_report_up_unit_id'), 'report_up', ['unit_id'], unique=False)
    op.create_table('selection_item',
    sa.Column('selection_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('submission_id', sa.BigInteger(), nullable=True),
    sa.Column('task_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['selection_id'], ['selection.id'], name=op.f('fk_selection_item_selection_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('selection_id', 'teacher_id', name=op.f('pk_selection_item'))
    )
    op.create_table('teacher',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_no', sa.String(length=24), nullable=False),
    sa.Column('teacher_no_status', sa.String(length=10), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('secondary_unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('school_category', sa.String(length=24), nullable=False),
    sa.Column('person_kind', sa.String(length=24), nullable=False),
    sa.Column('contract_start', sa.Date(), nullable=True),
    sa.Column('contract_end', sa.Date(), nullable=True),
    sa.Column('record_status', sa.String(length=16), nullable=False),
    sa.Column('in_force_since', sa.DateTime(), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=True),
    sa.Column('gender', sa.String(length=20), nullable=True),
    sa.Column('birth_year', sa.Integer(), nullable=True),
    sa.Column('id_number_mask', sa.String(length=30), nullable=True),
    sa.Column('personnel_status', sa.String(length=20), nullable=True),
    sa.Column('highest_education', sa.String(length=20), nullable=True),
    sa.Column('highest_degree_level', sa.String(length=20), nullable=True),
    sa.Column('current_post_category', sa.String(length=20), nullable=True),
    sa.Column('current_post_level', sa.String(length=20), nullable=True),
    sa.Column('current_professional_title', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['secondary_unit_id'], ['unit.id'], name=op.f('fk_teacher_secondary_unit_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_teacher_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teacher')),
    sa.UniqueConstraint('teacher_no', name=op.f('uq_teacher_teacher_no'))
    )
    op.create_index('ix_teacher_name', 'teacher', ['name'], unique=False)
    op.create_index('ix_teacher_unit_id', 'teacher', ['unit_id'], unique=False)
    op.create_index('ix_teacher_unit_path_id', 'teacher', ['unit_path', 'id'], unique=False)
    op.create_table('unit_name',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_unit_name_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_name'))
    )
    op.create_index(op.f('ix_unit_name_unit_id'), 'unit_name', ['unit_id'], unique=False)
    op.create_table('app_user',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('username', sa.String(length=50), nullable=True),
    sa.Column('login_index', sa.String(length=64), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('is_disabled', sa.Boolean(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('last_login_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_app_user_person_id')),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_app_user_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_app_user')),
    sa.UniqueConstraint('login_index', name=op.f('uq_app_user_login_index')),
    sa.UniqueConstraint('teacher_id', name=op.f('uq_app_user_teacher_id')),
    sa.UniqueConstraint('username', name=op.f('uq_app_user_username'))
    )
    op.create_index(op.f('ix_app_user_unit_path'), 'app_user', ['unit_path'], unique=False)
    op.create_table('submission',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('route', sa.String(length=40), nullable=False),
    sa.Column('step', sa.String(length=24), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('submitted_by', sa.BigInteger(), nullable=True),
    sa.Column('submitted_at', sa.DateTime(), nullable=False),
    sa.Column('closed_at', sa.DateTime(), nullable=True),
    sa.Column('report_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('complete_at_report', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['report_id'], ['report_up.id'], name=op.f('fk_submission_report_id')),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_submission_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission'))
    )
    op.create_index('ix_submission_teacher_id', 'submission', ['teacher_id'], unique=False)
    op.create_index('ix_submission_unit_path_id', 'submission', ['unit_path', 'id'], unique=False)
    op.create_index('uq_submission_open', 'submission', ['teacher_id'], unique=True, sqlite_where=sa.text('is_open = 1'), postgresql_where=sa.text('is_open'))
    op.create_table('assignment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('granted_by', sa.BigInteger(), nullable=True),
    sa.Column('granted_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_assignment_unit_id')),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], name=op.f('fk_assignment_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment'))
    )
    op.create_index(op.f('ix_assignment_unit_path'), 'assignment', ['unit_path'], unique=False)
    op.create_index('ix_assignment_user_id', 'assignment', ['user_id'], unique=False)
    op.create_table('review_note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('table_name', sa.String(length=40), nullable=True),
    sa.Column('row_id', sa.BigInteger(), nullable=True),
    sa.Column('field', sa.String(length=40), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('written_by', sa.BigInteger(), nullable=True),
    sa.Column('written_at', sa.DateTime(), nullable=False),
    sa.Column('resolved_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_review_note_submission_id')),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_review_note_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_note'))
    )
    op.create_index(op.f('ix_review_note_submission_id'), 'review_note', ['submission_id'], unique=False)
    op.create_index(op.f('ix_review_note_teacher_id'), 'review_note', ['teacher_id'], unique=False)
    op.create_table('review_task',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('step', sa.String(length=24), nullable=False),
    sa.Column('desk_unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('desk_function', sa.String(length=24), nullable=False),
    sa.Column('opened_at', sa.DateTime(), nullable=False),
    sa.Column('verdict', sa.String(length=10), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('act', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['desk_unit_id'], ['unit.id'], name=op.f('fk_review_task_desk_unit_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_review_task_submission_id')),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_review_task_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_task')),
    sa.UniqueConstraint('submission_id', 'step', 'desk_function', name=op.f('uq_review_task_submission_id_step_desk_function'))
    )
    op.create_index('ix_review_task_act', 'review_task', ['act'], unique=False)
    op.create_index('ix_review_task_desk', 'review_task', ['desk_unit_id', 'step', 'verdict'], unique=False)
    op.create_index(op.f('ix_review_task_teacher_id'), 'review_task', ['teacher_id'], unique=False)
    op.create_index('ix_review_task_unit_path_id', 'review_task', ['unit_path', 'id'], unique=False)
    op.create_table('submission_row',
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('table_name', sa.String(length=40), nullable=False),
    sa.Column('row_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('filled_by', sa.BigInteger(), nullable=True),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_submission_row_submission_id')),
    sa.PrimaryKeyConstraint('submission_id', 'table_name', 'row_id', name=op.f('pk_submission_row'))
    )
    op.create_index('ix_submission_row_row', 'submission_row', ['table_name', 'row_id'], unique=False)
    op.create_table('login_session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('assignment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('seen_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_login_session_assignment_id')),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], name=op.f('fk_login_session_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_login_session_token_hash'))
    )
    op.create_index(op.f('ix_login_session_user_id'), 'login_session', ['user_id'], unique=False)
    op.bulk_insert(
        sa.table("id_block", sa.column("name", sa.String), sa.column("next_id", sa.BigInteger)),
        [{"name": "row_id_seq", "next_id": 1}],
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE row_id_seq")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE row_id_seq")
    op.drop_index(op.f('ix_login_session_user_id'), table_name='login_session')
    op.drop_table('login_session')
    op.drop_index('ix_submission_row_row', table_name='submission_row')
    op.drop_table('submission_row')
    op.drop_index('ix_review_task_unit_path_id', table_name='review_task')
    op.drop_index(op.f('ix_review_task_teacher_id'), table_name='review_task')
    op.drop_index('ix_review_task_desk', table_name='review_task')
    op.drop_index('ix_review_task_act', table_name='review_task')
    op.drop_table('review_task')
    op.drop_index(op.f('ix_review_note_teacher_id'), table_name='review_note')
    op.drop_index(op.f('ix_review_note_submission_id'), table_name='review_note')
    op.drop_table('review_note')
    op.drop_index('ix_assignment_user_id', table_name='assignment')
    op.drop_index(op.f('ix_assignment_unit_path'), table_name='assignment')
    op.drop_table('assignment')
    op.drop_index('uq_submission_open', table_name='submission', sqlite_where=sa.text('is_open = 1'), postgresql_where=sa.text('is_open'))
    op.drop_index('ix_submission_unit_path_id', table_name='submission')
    op.drop_index('ix_submission_teacher_id', table_name='submission')
    op.drop_table('submission')
    op.drop_index(op.f('ix_app_user_unit_path'), table_name='app_user')
    op.drop_table('app_user')
    op.drop_index(op.f('ix_unit_name_unit_id'), table_name='unit_name')
    op.drop_table('unit_name')
    op.drop_index('ix_teacher_unit_path_id', table_name='teacher')
    op.drop_index('ix_teacher_unit_id', table_name='teacher')
    op.drop_index('ix_teacher_name', table_name='teacher')
    op.drop_table('teacher')
    op.drop_table('selection_item')
    op.drop_index(op.f('ix_report_up_unit_id'), table_name='report_up')
    op.drop_table('report_up')
    op.drop_index('ix_unit_supervisor_id', table_name='unit')
    op.drop_index('ix_unit_name', table_name='unit')
    op.drop_table('unit')
    op.drop_table('selection')
    op.drop_index(op.f('ix_person_unit_path'), table_name='person')
    op.drop_table('person')
    op.drop_table('lock_release')
    op.drop_table('id_block')
    op.drop_index('ix_audit_event_unit_path_id', table_name='audit_event')
    op.drop_index('ix_audit_event_teacher_id', table_name='audit_event')
    op.drop_table('audit_event')
