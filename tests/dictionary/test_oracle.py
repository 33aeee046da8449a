"""The dictionary and the oracle, written from the same two files, agree on every record."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import Any

import pytest

from tests.dictionary import oracle
from tests.dictionary.oracle import Judge
from tests.dictionary.records import generate
from tms.dictionary import Category, check_record, judge_lines
from tms.models.sections import TABLES

TODAY = date(2026, 11, 21)
SEED = int(os.environ.get("TMS_TEST_SEED", "20261121"))
DEFAULT, FULL = 2_000, 10_000


def disagreements(count: int, seed: int = SEED) -> list[dict[str, Any]]:
    """The records on which the two differ, with what only one of them says."""
    judge, found = Judge(TODAY), []
    for table, category, record in generate(count, seed):
        line = json.dumps(record)
        findings = check_record(
            TABLES[table].dictionary, Category(category), json.loads(line), on=TODAY
        )
        ours = sorted((f.field or "", f.rule) for f in findings)
        theirs = judge.judge(table, category, json.loads(line))
        if ours != theirs:
            both = {"ours": set(ours) - set(theirs), "theirs": set(theirs) - set(ours)}
            found.append({"table": table, "category": category, "record": record, **both})
    return found


def test_the_oracle_agrees():
    assert disagreements(DEFAULT) == []


@pytest.mark.full
def test_the_oracle_agrees_on_many():
    assert disagreements(FULL, SEED + 1) == []


def test_the_records_reach_every_rule_that_can_be_asked_of_one():
    asked_of_files = {"B05", "B16", "B17", "B18", "E03", "E04", "P01", "T01"}
    asked_of_files |= {"W02", "W03", "W04", "W05"}
    declared = {
        rule.id
        for model in (TABLES[key] for key in oracle.tables())
        for rules in (model.dictionary.rules, *(f.rules for f in model.dictionary.fields.values()))
        for rule in rules
    }

    met = {
        rule for t, c, r in generate(2 * DEFAULT, SEED) for _, rule in Judge(TODAY).judge(t, c, r)
    }

    engine = {"required", "forbidden", "code", "type", "length", "range"}
    assert declared - asked_of_files | engine == met


def test_judging_lines_says_the_same_as_judging_records():
    generated = [r for r in generate(500, SEED) if r[:2] == ("teaching", "primary_secondary")]

    lines = [json.dumps(record) for _, _, record in generated]
    judged = judge_lines("teaching", Category.PRIMARY_SECONDARY, lines, on=TODAY)

    for (table, category, record), answer in zip(generated, judged, strict=True):
        expected = Judge(TODAY).judge(table, category, record)
        assert sorted((f["field"] or "", f["rule"]) for f in answer["findings"]) == expected
