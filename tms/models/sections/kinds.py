"""Kinds of person that several sections except."""

from __future__ import annotations

#: Enrolled publicly funded students have no post yet (assumption, seed0 三.3).
STUDENT = ("public_funded_student",)
