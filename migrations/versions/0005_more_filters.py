"""Indexes for two more filters of the list of files: post level and year of birth

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

MORE = ('current_post_level', 'birth_year')
BEFORE = (
    'school_category', 'person_kind', 'personnel_status', 'current_post_category',
    'current_professional_title', 'highest_education', 'highest_degree_level',
)


def upgrade() -> None:
    for column in MORE:
        op.create_index(f'ix_teacher_{column}', 'teacher', [column, 'unit_path', 'id'], unique=False)
    _index_status((*BEFORE, *MORE, 'gender'))


def downgrade() -> None:
    _index_status(BEFORE)
    for column in reversed(MORE):
        op.drop_index(f'ix_teacher_{column}', table_name='teacher')


def _index_status(include: tuple[str, ...]) -> None:
    op.drop_index('ix_teacher_record_status', table_name='teacher')
    op.create_index('ix_teacher_record_status', 'teacher', ['record_status', 'unit_path', 'id'], unique=False, postgresql_include=include)
