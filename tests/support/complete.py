"""A complete file of a primary school teacher: what a test fills in before it submits."""

from __future__ import annotations

from typing import Any

#: {table: values}; basic_information without the account items.
BASIC: dict[str, Any] = {
    "former_name": "无",
    "nationality": "156",
    "ethnicity": "01",
    "political_status": ["13"],
    "work_start_month": "2008-07",
    "school_entry_month": "2010-08",
    "staff_source": "101",
    "staff_category": "A1",
    "is_established": "1",
    "contract_status": "1",
    "is_full_time_normal_graduate": "1",
    "has_special_ed_training": "0",
    "has_special_ed_certificate": "0",
    "it_ability": "2",
    "public_funded_normal_student": "0",
    "grassroots_service": "0",
    "is_special_grade_teacher": "0",
    "is_county_backbone": "0",
    "psychology_teacher": "0",
    "personnel_status": "100",
}

ROWS: dict[str, dict[str, Any]] = {
    "study_experience": {
        "education_level": "21",
        "education_institution": "示例师范大学",
        "education_country": "156",
        "major": "汉语言文学",
        "is_normal_major": "1",
        "admission_month": "2004-09",
        "graduation_month": "2008-06",
        "degree_level": "4",
        "degree_name": "404",
        "degree_country": "156",
        "degree_institution": "示例师范大学",
        "study_mode": "1",
    },
    "work_experience": {
        "unit_name": "东湖县第一小学",
        "start_month": "2008-07",
        "unit_nature": "20",
        "position": "语文教师",
    },
    "post_appointment": {
        "post_category": "1",
        "post_level": "110",
        "start_month": "2015-01",
        "school_position": ["00"],
    },
    "professional_title_appointment": {"professional_title": "0"},
    "remuneration": {
        "year": 2024,
        "annual_income": "96000.00",
        "basic_salary": "4000.00",
        "performance_salary": "3000.00",
        "rural_subsidy": "0.00",
        "other_allowance": "0.00",
        "other_pay": "0.00",
        "social_insurance": ["1"],
    },
    "annual_assessment": {"year": 2024, "result": "2"},
    "teacher_qualification": {"qualification_type": "0"},
    "professional_ethics": {
        "assessment_month": "2025-01",
        "conclusion": "2",
        "punishment_type": "0",
    },
    "teaching": {
        "academic_year": 2025,
        "term": "1",
        "teaching_stage": ["2"],
        "teaching_status": "20",
        "courses": ["13"],
        "weekly_hours": 14,
        "concurrent_work": "00",
    },
    "talent_project": {"talent_project": "00"},
    "domestic_training": {
        "year": 2024,
        "training_type": "20",
        "project_name": "省级骨干教师研修",
        "training_mode": "2",
        "hours": 40,
    },
    "overseas_training": {"has_experience": "0"},
    "skills_certificates": {
        "language": "en",
        "language_mastery": "2",
        "certificate_type": "0",
    },
    "exchange_rotation": {"rotation_type": "0"},
    "contact": {"mobile": "13800000000"},
}
