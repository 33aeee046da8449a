"""The 26 section tables, and the lock

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from tms.models.lock import relock, unlock

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('annual_assessment',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('year', sa.SmallInteger(), nullable=True),
    sa.Column('result', sa.String(length=20), nullable=True),
    sa.Column('assessing_unit', sa.String(length=100), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_annual_assessment_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annual_assessment'))
    )
    op.create_index('ix_annual_assessment_teacher_id', 'annual_assessment', ['teacher_id'], unique=False)
    op.create_index('ix_annual_assessment_unit_path_id', 'annual_assessment', ['unit_path', 'id'], unique=False)
    op.create_table('artwork',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('artwork_type', sa.String(length=20), nullable=True),
    sa.Column('is_representative', sa.String(length=20), nullable=True),
    sa.Column('artwork_name', sa.String(length=100), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=True),
    sa.Column('finish_date', sa.Date(), nullable=True),
    sa.Column('finish_place', sa.String(length=100), nullable=True),
    sa.Column('work_description', sa.String(length=500), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_artwork_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_artwork'))
    )
    op.create_index('ix_artwork_teacher_id', 'artwork', ['teacher_id'], unique=False)
    op.create_index('ix_artwork_unit_path_id', 'artwork', ['unit_path', 'id'], unique=False)
    op.create_table('award',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('award_type', sa.String(length=20), nullable=True),
    sa.Column('is_representative', sa.String(length=20), nullable=True),
    sa.Column('award_month', sa.String(length=7), nullable=True),
    sa.Column('award_name', sa.String(length=100), nullable=True),
    sa.Column('award_level', sa.String(length=20), nullable=True),
    sa.Column('other_level', sa.String(length=40), nullable=True),
    sa.Column('rank', sa.String(length=20), nullable=True),
    sa.Column('award_country', sa.String(length=20), nullable=True),
    sa.Column('award_unit', sa.String(length=100), nullable=True),
    sa.Column('is_graduate_teaching', sa.String(length=20), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_award_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award'))
    )
    op.create_index('ix_award_teacher_id', 'award', ['teacher_id'], unique=False)
    op.create_index('ix_award_unit_path_id', 'award', ['unit_path', 'id'], unique=False)
    op.create_table('basic_information',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('id_number_index', sa.String(length=64), nullable=True),
    sa.Column('id_number_mask', sa.String(length=30), nullable=True),
    sa.Column('name', sa.String(length=50), nullable=True),
    sa.Column('former_name', sa.String(length=50), nullable=True),
    sa.Column('gender', sa.String(length=20), nullable=True),
    sa.Column('staff_no', sa.String(length=30), nullable=True),
    sa.Column('nationality', sa.String(length=20), nullable=True),
    sa.Column('id_type', sa.String(length=20), nullable=True),
    sa.Column('id_number', sa.String(length=400), nullable=True),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('native_place', sa.String(length=60), nullable=True),
    sa.Column('birth_place', sa.String(length=20), nullable=True),
    sa.Column('ethnicity', sa.String(length=20), nullable=True),
    sa.Column('political_status', sa.String(length=200), nullable=True),
    sa.Column('marital_status', sa.String(length=20), nullable=True),
    sa.Column('health_status', sa.String(length=20), nullable=True),
    sa.Column('highest_education', sa.String(length=20), nullable=True),
    sa.Column('highest_education_institution', sa.String(length=100), nullable=True),
    sa.Column('highest_degree_level', sa.String(length=20), nullable=True),
    sa.Column('highest_degree_name', sa.String(length=20), nullable=True),
    sa.Column('highest_degree_institution', sa.String(length=100), nullable=True),
    sa.Column('work_start_month', sa.String(length=7), nullable=True),
    sa.Column('special_ed_start_month', sa.String(length=7), nullable=True),
    sa.Column('school_entry_month', sa.String(length=7), nullable=True),
    sa.Column('staff_source', sa.String(length=20), nullable=True),
    sa.Column('academic_origin', sa.String(length=20), nullable=True),
    sa.Column('staff_category', sa.String(length=20), nullable=True),
    sa.Column('is_established', sa.String(length=20), nullable=True),
    sa.Column('employment_form', sa.String(length=20), nullable=True),
    sa.Column('contract_status', sa.String(length=20), nullable=True),
    sa.Column('secondary_unit', sa.String(length=60), nullable=True),
    sa.Column('current_post_category', sa.String(length=20), nullable=True),
    sa.Column('current_post_level', sa.String(length=20), nullable=True),
    sa.Column('current_professional_title', sa.String(length=20), nullable=True),
    sa.Column('is_full_time_normal_graduate', sa.String(length=20), nullable=True),
    sa.Column('is_special_ed_graduate', sa.String(length=20), nullable=True),
    sa.Column('has_special_ed_training', sa.String(length=20), nullable=True),
    sa.Column('has_special_ed_certificate', sa.String(length=20), nullable=True),
    sa.Column('is_preschool_graduate', sa.String(length=20), nullable=True),
    sa.Column('has_preschool_training', sa.String(length=20), nullable=True),
    sa.Column('it_ability', sa.String(length=20), nullable=True),
    sa.Column('public_funded_normal_student', sa.String(length=20), nullable=True),
    sa.Column('grassroots_service', sa.String(length=20), nullable=True),
    sa.Column('grassroots_start_month', sa.String(length=7), nullable=True),
    sa.Column('grassroots_end_month', sa.String(length=7), nullable=True),
    sa.Column('is_special_grade_teacher', sa.String(length=20), nullable=True),
    sa.Column('is_county_backbone', sa.String(length=20), nullable=True),
    sa.Column('psychology_teacher', sa.String(length=20), nullable=True),
    sa.Column('is_double_qualified', sa.String(length=20), nullable=True),
    sa.Column('has_vocational_skill_certificate', sa.String(length=20), nullable=True),
    sa.Column('enterprise_practice', sa.String(length=20), nullable=True),
    sa.Column('personnel_status', sa.String(length=20), nullable=True),
    sa.Column('photo', sa.String(length=64), nullable=True),
    sa.Column('remarks', sa.String(length=200), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_basic_information_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_basic_information'))
    )
    op.create_index(op.f('ix_basic_information_id_number_index'), 'basic_information', ['id_number_index'], unique=True)
    op.create_index('ix_basic_information_teacher_id', 'basic_information', ['teacher_id'], unique=False)
    op.create_index('ix_basic_information_unit_path_id', 'basic_information', ['unit_path', 'id'], unique=False)
    op.create_table('book',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('book_type', sa.String(length=20), nullable=True),
    sa.Column('is_representative', sa.String(length=20), nullable=True),
    sa.Column('book_name', sa.String(length=100), nullable=True),
    sa.Column('discipline', sa.String(length=60), nullable=True),
    sa.Column('publish_date', sa.Date(), nullable=True),
    sa.Column('publishing_house', sa.String(length=100), nullable=True),
    sa.Column('publication_number', sa.String(length=30), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=True),
    sa.Column('total_words', sa.Integer(), nullable=True),
    sa.Column('own_words', sa.Integer(), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_book_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_book'))
    )
    op.create_index('ix_book_teacher_id', 'book', ['teacher_id'], unique=False)
    op.create_index('ix_book_unit_path_id', 'book', ['unit_path', 'id'], unique=False)
    op.create_table('contact',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('address', sa.String(length=100), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('mobile', sa.String(length=11), nullable=True),
    sa.Column('email', sa.String(length=60), nullable=True),
    sa.Column('other_contact', sa.String(length=60), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_contact_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact'))
    )
    op.create_index('ix_contact_teacher_id', 'contact', ['teacher_id'], unique=False)
    op.create_index('ix_contact_unit_path_id', 'contact', ['unit_path', 'id'], unique=False)
    op.create_table('domestic_training',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('year', sa.SmallInteger(), nullable=True),
    sa.Column('training_type', sa.String(length=20), nullable=True),
    sa.Column('project_name', sa.String(length=100), nullable=True),
    sa.Column('organisation', sa.String(length=100), nullable=True),
    sa.Column('training_mode', sa.String(length=20), nullable=True),
    sa.Column('hours', sa.Integer(), nullable=True),
    sa.Column('credits', sa.Integer(), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_domestic_training_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_domestic_training'))
    )
    op.create_index('ix_domestic_training_teacher_id', 'domestic_training', ['teacher_id'], unique=False)
    op.create_index('ix_domestic_training_unit_path_id', 'domestic_training', ['unit_path', 'id'], unique=False)
    op.create_table('exchange_rotation',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('rotation_type', sa.String(length=20), nullable=True),
    sa.Column('personnel_relation_moved', sa.String(length=20), nullable=True),
    sa.Column('start_month', sa.String(length=7), nullable=True),
    sa.Column('end_month', sa.String(length=7), nullable=True),
    sa.Column('original_unit', sa.String(length=100), nullable=True),
    sa.Column('rotation_unit', sa.String(length=100), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_exchange_rotation_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange_rotation'))
    )
    op.create_index('ix_exchange_rotation_teacher_id', 'exchange_rotation', ['teacher_id'], unique=False)
    op.create_index('ix_exchange_rotation_unit_path_id', 'exchange_rotation', ['unit_path', 'id'], unique=False)
    op.create_table('medicine_certificate',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('certificate_name', sa.String(length=100), nullable=True),
    sa.Column('is_representative', sa.String(length=20), nullable=True),
    sa.Column('certificate_number', sa.String(length=50), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=True),
    sa.Column('issue_date', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_medicine_certificate_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_medicine_certificate'))
    )
    op.create_index('ix_medicine_certificate_teacher_id', 'medicine_certificate', ['teacher_id'], unique=False)
    op.create_index('ix_medicine_certificate_unit_path_id', 'medicine_certificate', ['unit_path', 'id'], unique=False)
    op.create_table('overseas_training',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('has_experience', sa.String(length=20), nullable=True),
    sa.Column('start_date', sa.Date(), nullable=True),
    sa.Column('end_date', sa.Date(), nullable=True),
    sa.Column('country', sa.String(length=20), nullable=True),
    sa.Column('host_institution', sa.String(length=100), nullable=True),
    sa.Column('project_name', sa.String(length=100), nullable=True),
    sa.Column('organising_unit', sa.String(length=100), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_overseas_training_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_overseas_training'))
    )
    op.create_index('ix_overseas_training_teacher_id', 'overseas_training', ['teacher_id'], unique=False)
    op.create_index('ix_overseas_training_unit_path_id', 'overseas_training', ['unit_path', 'id'], unique=False)
    op.create_table('paper',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('paper_name', sa.String(length=200), nullable=True),
    sa.Column('is_representative', sa.String(length=20), nullable=True),
    sa.Column('journal_name', sa.String(length=100), nullable=True),
    sa.Column('publish_month', sa.String(length=7), nullable=True),
    sa.Column('volume', sa.String(length=20), nullable=True),
    sa.Column('issue', sa.String(length=20), nullable=True),
    sa.Column('start_page', sa.Integer(), nullable=True),
    sa.Column('end_page', sa.Integer(), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=True),
    sa.Column('discipline', sa.String(length=60), nullable=True),
    sa.Column('indexing', sa.String(length=20), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_paper_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper'))
    )
    op.create_index('ix_paper_teacher_id', 'paper', ['teacher_id'], unique=False)
    op.create_index('ix_paper_unit_path_id', 'paper', ['unit_path', 'id'], unique=False)
    op.create_table('patent',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('patent_type', sa.String(length=20), nullable=True),
    sa.Column('is_representative', sa.String(length=20), nullable=True),
    sa.Column('patent_name', sa.String(length=100), nullable=True),
    sa.Column('discipline', sa.String(length=60), nullable=True),
    sa.Column('approval_date', sa.Date(), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=True),
    sa.Column('patent_number', sa.String(length=50), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_patent_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patent'))
    )
    op.create_index('ix_patent_teacher_id', 'patent', ['teacher_id'], unique=False)
    op.create_index('ix_patent_unit_path_id', 'patent', ['unit_path', 'id'], unique=False)
    op.create_table('post_appointment',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('post_category', sa.String(length=20), nullable=True),
    sa.Column('post_level', sa.String(length=20), nullable=True),
    sa.Column('start_month', sa.String(length=7), nullable=True),
    sa.Column('has_concurrent_post', sa.String(length=20), nullable=True),
    sa.Column('concurrent_post_category', sa.String(length=20), nullable=True),
    sa.Column('concurrent_post_level', sa.String(length=20), nullable=True),
    sa.Column('school_position', sa.String(length=200), nullable=True),
    sa.Column('school_position_start_month', sa.String(length=7), nullable=True),
    sa.Column('is_double_shoulder', sa.String(length=20), nullable=True),
    sa.Column('party_admin_position_type', sa.String(length=20), nullable=True),
    sa.Column('party_admin_position_name', sa.String(length=60), nullable=True),
    sa.Column('position_rank', sa.String(length=20), nullable=True),
    sa.Column('is_student_counsellor', sa.String(length=20), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_post_appointment_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_appointment'))
    )
    op.create_index('ix_post_appointment_teacher_id', 'post_appointment', ['teacher_id'], unique=False)
    op.create_index('ix_post_appointment_unit_path_id', 'post_appointment', ['unit_path', 'id'], unique=False)
    op.create_table('professional_ethics',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('assessment_month', sa.String(length=7), nullable=True),
    sa.Column('conclusion', sa.String(length=20), nullable=True),
    sa.Column('assessing_unit', sa.String(length=100), nullable=True),
    sa.Column('honor_level', sa.String(length=20), nullable=True),
    sa.Column('honor_title', sa.String(length=60), nullable=True),
    sa.Column('honor_date', sa.Date(), nullable=True),
    sa.Column('honor_description', sa.String(length=200), nullable=True),
    sa.Column('honor_unit', sa.String(length=100), nullable=True),
    sa.Column('punishment_type', sa.String(length=20), nullable=True),
    sa.Column('punishment_reason', sa.String(length=20), nullable=True),
    sa.Column('punishment_occurred_date', sa.Date(), nullable=True),
    sa.Column('punishment_description', sa.String(length=200), nullable=True),
    sa.Column('punishment_unit', sa.String(length=100), nullable=True),
    sa.Column('punishment_date', sa.Date(), nullable=True),
    sa.Column('punishment_revoked_date', sa.Date(), nullable=True),
    sa.Column('punishment_revoked_reason', sa.String(length=100), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_professional_ethics_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_professional_ethics'))
    )
    op.create_index('ix_professional_ethics_teacher_id', 'professional_ethics', ['teacher_id'], unique=False)
    op.create_index('ix_professional_ethics_unit_path_id', 'professional_ethics', ['unit_path', 'id'], unique=False)
    op.create_table('professional_title_appointment',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('professional_title', sa.String(length=20), nullable=True),
    sa.Column('start_month', sa.String(length=7), nullable=True),
    sa.Column('end_month', sa.String(length=7), nullable=True),
    sa.Column('appointing_unit', sa.String(length=100), nullable=True),
    sa.Column('has_same_level_certificate', sa.String(length=20), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_professional_title_appointment_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_professional_title_appointment'))
    )
    op.create_index('ix_professional_title_appointment_teacher_id', 'professional_title_appointment', ['teacher_id'], unique=False)
    op.create_index('ix_professional_title_appointment_unit_path_id', 'professional_title_appointment', ['unit_path', 'id'], unique=False)
    op.create_table('project',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('project_type', sa.String(length=20), nullable=True),
    sa.Column('is_representative', sa.String(length=20), nullable=True),
    sa.Column('project_name', sa.String(length=100), nullable=True),
    sa.Column('approval_number', sa.String(length=50), nullable=True),
    sa.Column('discipline', sa.String(length=60), nullable=True),
    sa.Column('funding', sa.Numeric(14, 2).with_variant(sa.Float(), 'sqlite'), nullable=True),
    sa.Column('start_month', sa.String(length=7), nullable=True),
    sa.Column('end_month', sa.String(length=7), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=True),
    sa.Column('rank', sa.String(length=20), nullable=True),
    sa.Column('commissioning_unit', sa.String(length=100), nullable=True),
    sa.Column('project_source', sa.String(length=20), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_project_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project'))
    )
    op.create_index('ix_project_teacher_id', 'project', ['teacher_id'], unique=False)
    op.create_index('ix_project_unit_path_id', 'project', ['unit_path', 'id'], unique=False)
    op.create_table('remuneration',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('year', sa.SmallInteger(), nullable=True),
    sa.Column('annual_income', sa.Numeric(14, 2).with_variant(sa.Float(), 'sqlite'), nullable=True),
    sa.Column('basic_salary', sa.Numeric(14, 2).with_variant(sa.Float(), 'sqlite'), nullable=True),
    sa.Column('performance_salary', sa.Numeric(14, 2).with_variant(sa.Float(), 'sqlite'), nullable=True),
    sa.Column('rural_subsidy', sa.Numeric(14, 2).with_variant(sa.Float(), 'sqlite'), nullable=True),
    sa.Column('allowance', sa.Numeric(14, 2).with_variant(sa.Float(), 'sqlite'), nullable=True),
    sa.Column('other_allowance', sa.Numeric(14, 2).with_variant(sa.Float(), 'sqlite'), nullable=True),
    sa.Column('other_pay', sa.Numeric(14, 2).with_variant(sa.Float(), 'sqlite'), nullable=True),
    sa.Column('social_insurance', sa.String(length=200), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_remuneration_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remuneration'))
    )
    op.create_index('ix_remuneration_teacher_id', 'remuneration', ['teacher_id'], unique=False)
    op.create_index('ix_remuneration_unit_path_id', 'remuneration', ['unit_path', 'id'], unique=False)
    op.create_table('report',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('report_topic', sa.String(length=100), nullable=True),
    sa.Column('is_representative', sa.String(length=20), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=True),
    sa.Column('report_date', sa.Date(), nullable=True),
    sa.Column('delegator', sa.String(length=100), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_report_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report'))
    )
    op.create_index('ix_report_teacher_id', 'report', ['teacher_id'], unique=False)
    op.create_index('ix_report_unit_path_id', 'report', ['unit_path', 'id'], unique=False)
    op.create_table('skills_certificates',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=True),
    sa.Column('language_mastery', sa.String(length=20), nullable=True),
    sa.Column('other_skill', sa.String(length=60), nullable=True),
    sa.Column('other_skill_mastery', sa.String(length=20), nullable=True),
    sa.Column('certificate_type', sa.String(length=20), nullable=True),
    sa.Column('language_certificate', sa.String(length=20), nullable=True),
    sa.Column('certificate_name', sa.String(length=100), nullable=True),
    sa.Column('issue_month', sa.String(length=7), nullable=True),
    sa.Column('issuing_unit', sa.String(length=100), nullable=True),
    sa.Column('certificate_number', sa.String(length=50), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_skills_certificates_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_skills_certificates'))
    )
    op.create_index('ix_skills_certificates_teacher_id', 'skills_certificates', ['teacher_id'], unique=False)
    op.create_index('ix_skills_certificates_unit_path_id', 'skills_certificates', ['unit_path', 'id'], unique=False)
    op.create_table('standard',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('standard_name', sa.String(length=100), nullable=True),
    sa.Column('is_representative', sa.String(length=20), nullable=True),
    sa.Column('standard_number', sa.String(length=50), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=True),
    sa.Column('release_date', sa.Date(), nullable=True),
    sa.Column('release_unit', sa.String(length=100), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_standard_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_standard'))
    )
    op.create_index('ix_standard_teacher_id', 'standard', ['teacher_id'], unique=False)
    op.create_index('ix_standard_unit_path_id', 'standard', ['unit_path', 'id'], unique=False)
    op.create_table('student_award',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('award_name', sa.String(length=100), nullable=True),
    sa.Column('is_representative', sa.String(length=20), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=True),
    sa.Column('award_level', sa.String(length=40), nullable=True),
    sa.Column('award_month', sa.String(length=7), nullable=True),
    sa.Column('work_description', sa.String(length=500), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_student_award_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_student_award'))
    )
    op.create_index('ix_student_award_teacher_id', 'student_award', ['teacher_id'], unique=False)
    op.create_index('ix_student_award_unit_path_id', 'student_award', ['unit_path', 'id'], unique=False)
    op.create_table('study_experience',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('education_level', sa.String(length=20), nullable=True),
    sa.Column('education_country', sa.String(length=20), nullable=True),
    sa.Column('education_institution', sa.String(length=100), nullable=True),
    sa.Column('major', sa.String(length=60), nullable=True),
    sa.Column('is_normal_major', sa.String(length=20), nullable=True),
    sa.Column('admission_month', sa.String(length=7), nullable=True),
    sa.Column('graduation_month', sa.String(length=7), nullable=True),
    sa.Column('degree_level', sa.String(length=20), nullable=True),
    sa.Column('degree_name', sa.String(length=20), nullable=True),
    sa.Column('degree_country', sa.String(length=20), nullable=True),
    sa.Column('degree_institution', sa.String(length=100), nullable=True),
    sa.Column('degree_award_month', sa.String(length=7), nullable=True),
    sa.Column('study_mode', sa.String(length=20), nullable=True),
    sa.Column('study_institution_type', sa.String(length=20), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_study_experience_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_experience'))
    )
    op.create_index('ix_study_experience_teacher_id', 'study_experience', ['teacher_id'], unique=False)
    op.create_index('ix_study_experience_unit_path_id', 'study_experience', ['unit_path', 'id'], unique=False)
    op.create_table('talent_project',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('talent_project', sa.String(length=20), nullable=True),
    sa.Column('selection_year', sa.SmallInteger(), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_talent_project_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_talent_project'))
    )
    op.create_index('ix_talent_project_teacher_id', 'talent_project', ['teacher_id'], unique=False)
    op.create_index('ix_talent_project_unit_path_id', 'talent_project', ['unit_path', 'id'], unique=False)
    op.create_table('teacher_qualification',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('qualification_type', sa.String(length=20), nullable=True),
    sa.Column('certificate_number', sa.String(length=30), nullable=True),
    sa.Column('subject', sa.String(length=40), nullable=True),
    sa.Column('issue_date', sa.Date(), nullable=True),
    sa.Column('issuing_authority', sa.String(length=100), nullable=True),
    sa.Column('first_registration_date', sa.Date(), nullable=True),
    sa.Column('first_registration_conclusion', sa.String(length=20), nullable=True),
    sa.Column('periodic_registration_date', sa.Date(), nullable=True),
    sa.Column('periodic_registration_conclusion', sa.String(length=20), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_teacher_qualification_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teacher_qualification'))
    )
    op.create_index('ix_teacher_qualification_teacher_id', 'teacher_qualification', ['teacher_id'], unique=False)
    op.create_index('ix_teacher_qualification_unit_path_id', 'teacher_qualification', ['unit_path', 'id'], unique=False)
    op.create_table('teaching',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('academic_year', sa.SmallInteger(), nullable=True),
    sa.Column('year', sa.SmallInteger(), nullable=True),
    sa.Column('term', sa.String(length=20), nullable=True),
    sa.Column('teaching_stage', sa.String(length=200), nullable=True),
    sa.Column('teaching_status', sa.String(length=20), nullable=True),
    sa.Column('teaching_status_note', sa.String(length=100), nullable=True),
    sa.Column('courses', sa.String(length=200), nullable=True),
    sa.Column('special_courses', sa.String(length=200), nullable=True),
    sa.Column('vocational_course_category', sa.String(length=20), nullable=True),
    sa.Column('vocational_subject_category', sa.String(length=20), nullable=True),
    sa.Column('weekly_hours', sa.Integer(), nullable=True),
    sa.Column('special_other_work', sa.String(length=20), nullable=True),
    sa.Column('other_weekly_hours', sa.Integer(), nullable=True),
    sa.Column('concurrent_work', sa.String(length=20), nullable=True),
    sa.Column('concurrent_work_name', sa.String(length=60), nullable=True),
    sa.Column('supervisor_type', sa.String(length=20), nullable=True),
    sa.Column('discipline_field', sa.String(length=20), nullable=True),
    sa.Column('taught_undergraduates', sa.String(length=20), nullable=True),
    sa.Column('course_hours', sa.Integer(), nullable=True),
    sa.Column('other_hours', sa.Integer(), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_teaching_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teaching'))
    )
    op.create_index('ix_teaching_teacher_id', 'teaching', ['teacher_id'], unique=False)
    op.create_index('ix_teaching_unit_path_id', 'teaching', ['unit_path', 'id'], unique=False)
    op.create_table('work_experience',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('teacher_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_path', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('functions', sa.SmallInteger(), nullable=False),
    sa.Column('unit_name', sa.String(length=100), nullable=True),
    sa.Column('start_month', sa.String(length=7), nullable=True),
    sa.Column('end_month', sa.String(length=7), nullable=True),
    sa.Column('unit_nature', sa.String(length=20), nullable=True),
    sa.Column('position', sa.String(length=60), nullable=True),
    sa.Column('witness', sa.String(length=20), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_by', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teacher.id'], name=op.f('fk_work_experience_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_experience'))
    )
    op.create_index('ix_work_experience_teacher_id', 'work_experience', ['teacher_id'], unique=False)
    op.create_index('ix_work_experience_unit_path_id', 'work_experience', ['unit_path', 'id'], unique=False)
    relock(op.get_bind())


def downgrade() -> None:
    unlock(op.get_bind())
    op.drop_index('ix_work_experience_unit_path_id', table_name='work_experience')
    op.drop_index('ix_work_experience_teacher_id', table_name='work_experience')
    op.drop_table('work_experience')
    op.drop_index('ix_teaching_unit_path_id', table_name='teaching')
    op.drop_index('ix_teaching_teacher_id', table_name='teaching')
    op.drop_table('teaching')
    op.drop_index('ix_teacher_qualification_unit_path_id', table_name='teacher_qualification')
    op.drop_index('ix_teacher_qualification_teacher_id', table_name='teacher_qualification')
    op.drop_table('teacher_qualification')
    op.drop_index('ix_talent_project_unit_path_id', table_name='talent_project')
    op.drop_index('ix_talent_project_teacher_id', table_name='talent_project')
    op.drop_table('talent_project')
    op.drop_index('ix_study_experience_unit_path_id', table_name='study_experience')
    op.drop_index('ix_study_experience_teacher_id', table_name='study_experience')
    op.drop_table('study_experience')
    op.drop_index('ix_student_award_unit_path_id', table_name='student_award')
    op.drop_index('ix_student_award_teacher_id', table_name='student_award')
    op.drop_table('student_award')
    op.drop_index('ix_standard_unit_path_id', table_name='standard')
    op.drop_index('ix_standard_teacher_id', table_name='standard')
    op.drop_table('standard')
    op.drop_index('ix_skills_certificates_unit_path_id', table_name='skills_certificates')
    op.drop_index('ix_skills_certificates_teacher_id', table_name='skills_certificates')
    op.drop_table('skills_certificates')
    op.drop_index('ix_report_unit_path_id', table_name='report')
    op.drop_index('ix_report_teacher_id', table_name='report')
    op.drop_table('report')
    op.drop_index('ix_remuneration_unit_path_id', table_name='remuneration')
    op.drop_index('ix_remuneration_teacher_id', table_name='remuneration')
    op.drop_table('remuneration')
    op.drop_index('ix_project_unit_path_id', table_name='project')
    op.drop_index('ix_project_teacher_id', table_name='project')
    op.drop_table('project')
    op.drop_index('ix_professional_title_appointment_unit_path_id', table_name='professional_title_appointment')
    op.drop_index('ix_professional_title_appointment_teacher_id', table_name='professional_title_appointment')
    op.drop_table('professional_title_appointment')
    op.drop_index('ix_professional_ethics_unit_path_id', table_name='professional_ethics')
    op.drop_index('ix_professional_ethics_teacher_id', table_name='professional_ethics')
    op.drop_table('professional_ethics')
    op.drop_index('ix_post_appointment_unit_path_id', table_name='post_appointment')
    op.drop_index('ix_post_appointment_teacher_id', table_name='post_appointment')
    op.drop_table('post_appointment')
    op.drop_index('ix_patent_unit_path_id', table_name='patent')
    op.drop_index('ix_patent_teacher_id', table_name='patent')
    op.drop_table('patent')
    op.drop_index('ix_paper_unit_path_id', table_name='paper')
    op.drop_index('ix_paper_teacher_id', table_name='paper')
    op.drop_table('paper')
    op.drop_index('ix_overseas_training_unit_path_id', table_name='overseas_training')
    op.drop_index('ix_overseas_training_teacher_id', table_name='overseas_training')
    op.drop_table('overseas_training')
    op.drop_index('ix_medicine_certificate_unit_path_id', table_name='medicine_certificate')
    op.drop_index('ix_medicine_certificate_teacher_id', table_name='medicine_certificate')
    op.drop_table('medicine_certificate')
    op.drop_index('ix_exchange_rotation_unit_path_id', table_name='exchange_rotation')
    op.drop_index('ix_exchange_rotation_teacher_id', table_name='exchange_rotation')
    op.drop_table('exchange_rotation')
    op.drop_index('ix_domestic_training_unit_path_id', table_name='domestic_training')
    op.drop_index('ix_domestic_training_teacher_id', table_name='domestic_training')
    op.drop_table('domestic_training')
    op.drop_index('ix_contact_unit_path_id', table_name='contact')
    op.drop_index('ix_contact_teacher_id', table_name='contact')
    op.drop_table('contact')
    op.drop_index('ix_book_unit_path_id', table_name='book')
    op.drop_index('ix_book_teacher_id', table_name='book')
    op.drop_table('book')
    op.drop_index('ix_basic_information_unit_path_id', table_name='basic_information')
    op.drop_index('ix_basic_information_teacher_id', table_name='basic_information')
    op.drop_index(op.f('ix_basic_information_id_number_index'), table_name='basic_information')
    op.drop_table('basic_information')
    op.drop_index('ix_award_unit_path_id', table_name='award')
    op.drop_index('ix_award_teacher_id', table_name='award')
    op.drop_table('award')
    op.drop_index('ix_artwork_unit_path_id', table_name='artwork')
    op.drop_index('ix_artwork_teacher_id', table_name='artwork')
    op.drop_table('artwork')
    op.drop_index('ix_annual_assessment_unit_path_id', table_name='annual_assessment')
    op.drop_index('ix_annual_assessment_teacher_id', table_name='annual_assessment')
    op.drop_table('annual_assessment')
