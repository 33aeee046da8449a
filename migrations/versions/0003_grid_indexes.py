"""Indexes that keep lists quick at a million files; names and codes compare by byte

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

#: What the list of files is filtered by; each index gives a page in order, and its count.
FILTERED = (
    'school_category', 'person_kind', 'personnel_status', 'current_post_category',
    'current_professional_title', 'highest_education', 'highest_degree_level',
)
#: Table, column, length: what is searched by its beginning.
BYTEWISE = (
    ('teacher', 'name', 50), ('unit', 'code', 24), ('unit', 'name', 100), ('person', 'name', 50),
    ('app_user', 'username', 50),
)


def upgrade() -> None:
    _collate('C')
    op.create_index('ix_teacher_record_status', 'teacher', ['record_status', 'unit_path', 'id'], unique=False, postgresql_include=FILTERED)
    for column in FILTERED:
        op.create_index(f'ix_teacher_{column}', 'teacher', [column, 'unit_path', 'id'], unique=False)
    op.drop_index('ix_teacher_name', table_name='teacher')
    op.create_index('ix_teacher_name', 'teacher', ['name', 'unit_path', 'id'], unique=False)
    op.create_index('ix_review_task_open', 'review_task', ['step', 'unit_path', 'teacher_id'], unique=False, sqlite_where=sa.text('verdict IS NULL'), postgresql_where=sa.text('verdict IS NULL'))
    op.drop_index('ix_app_user_unit_path', table_name='app_user')
    op.create_index('ix_app_user_unit_path_id', 'app_user', ['unit_path', 'id'], unique=False)
    op.create_index('ix_app_user_person_id', 'app_user', ['person_id'], unique=False)
    op.create_index('ix_person_name', 'person', ['name'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_person_name', table_name='person')
    op.drop_index('ix_app_user_person_id', table_name='app_user')
    op.drop_index('ix_app_user_unit_path_id', table_name='app_user')
    op.create_index('ix_app_user_unit_path', 'app_user', ['unit_path'], unique=False)
    op.drop_index('ix_review_task_open', table_name='review_task', sqlite_where=sa.text('verdict IS NULL'), postgresql_where=sa.text('verdict IS NULL'))
    op.drop_index('ix_teacher_name', table_name='teacher')
    op.create_index('ix_teacher_name', 'teacher', ['name'], unique=False)
    for column in reversed(FILTERED):
        op.drop_index(f'ix_teacher_{column}', table_name='teacher')
    op.drop_index('ix_teacher_record_status', table_name='teacher')
    _collate('default')


def _collate(name: str) -> None:
    """SQLite compares by byte anyway."""
    if op.get_bind().dialect.name != 'postgresql':
        return
    for table, column, length in BYTEWISE:
        op.execute(f'ALTER TABLE {table} ALTER {column} TYPE VARCHAR({length}) COLLATE "{name}"')
