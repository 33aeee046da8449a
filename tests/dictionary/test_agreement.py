"""What is declared is what sections.yaml and codes.yaml say, field by field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dictionary import oracle
from tms.dictionary import HEADER, Category, When, code_table, describe, get_table
from tms.models.sections import SECTIONS, TABLES

#: Sections beyond those of the YAML would be an installation's own.
OFFICIAL = {key: TABLES[key] for key in oracle.tables()}
OFFICIAL_SECTIONS = SECTIONS[: len(oracle.DICTIONARY["sections"])]
DESCRIBED = {t["key"]: t for s in describe()["sections"] for t in s["tables"]}
FIELDS = [(key, f) for key, (_, table) in oracle.tables().items() for f in table["fields"]]
IDS = [f"{table}.{field['key']}" for table, field in FIELDS]
OWN_WORDS = {"N01"}  # a hyphen that needs no backslash
EACH_FIELD = pytest.mark.parametrize(("table", "said"), FIELDS, ids=IDS)


def as_said(table: str, said: dict[str, Any]) -> dict[str, Any]:
    """The line of `describe` that the YAML asks for, inheritance included."""
    section, _ = oracle.tables()[table]
    categories = oracle.applies_to(section, said)
    by_category = section["filled_by"].get("by_category", {})
    return {
        "key": said["key"],
        "zh": said["zh"],
        "en": said["en"],
        "type": said["type"],
        "length": said.get("length"),
        "multiple": said.get("multiple", False),
        "sensitivity": said.get("sensitivity", section.get("sensitivity", "low")),
        "codes": said.get("codes"),
        "applies_to": categories,
        "required": {c: kind(said["required"], c) for c in categories},
        "forbidden": {c: kind(said.get("forbidden", "never"), c) for c in categories},
        "filled_by": {
            c: said.get("filled_by", by_category.get(c, section["filled_by"]["default"]))
            for c in categories
        },
        "rules": [rule["id"] for rule in said.get("rules", [])],
    }


def kind(value: Any, category: str) -> str:
    text = oracle.condition(value, category)
    return text if text in ("always", "never") else "when"


@EACH_FIELD
def test_a_field_is_described_as_the_yaml_says(table: str, said: dict[str, Any]):
    described = {field["key"]: field for field in DESCRIBED[table]["fields"]}

    assert described[said["key"]] == as_said(table, said)


@EACH_FIELD
def test_a_field_keeps_what_is_not_described(table: str, said: dict[str, Any]):
    field = get_table(table).fields[said["key"]]

    section, own = oracle.tables()[table]
    default = (
        tuple(said["default"]) if field.multiple and "default" in said else said.get("default")
    )
    assert field.default == default
    assert field.note == said.get("note", "")
    assert field.source == said["source"]
    assert field.unit == said.get("unit", "")
    assert field.readonly == said.get("readonly", False)
    assert field.derived_from == said.get("derived_from", "")
    assert list(field.exempt_person_kinds) == said.get("exempt_person_kinds", [])
    bounds = [None if b is None else str(b) for b in (field.minimum, field.maximum)]
    assert bounds == [None if b not in said else str(said[b]) for b in ("min", "max")]


@EACH_FIELD
def test_conditions_and_rules_read_as_in_the_yaml(table: str, said: dict[str, Any]):
    field = get_table(table).fields[said["key"]]

    for category in field.applies_to:
        for name, ours in (("required", field.required), ("forbidden", field.forbidden)):
            mine = ours[category]
            text = mine.expression if isinstance(mine, When) else mine
            assert text == oracle.condition(said.get(name, "never"), category)
    for rule, theirs in zip(field.rules, said.get("rules", []), strict=True):
        assert_same_rule(rule, theirs)


@pytest.mark.parametrize("key", OFFICIAL)
def test_a_table_is_declared_as_the_yaml_says(key: str):
    table = get_table(key)
    section, said = oracle.tables()[key]

    assert (table.zh, table.en, table.cardinality) == (said["zh"], said["en"], said["cardinality"])
    assert list(table.applies_to) == section["applies_to"]
    assert list(table.fields) == [field["key"] for field in said["fields"]]
    assert list(table.exempt_person_kinds) == section.get("exempt_person_kinds", [])
    assert list(table.natural_key) == said.get("natural_key", [])
    assert ", ".join(table.order_by) == said.get("order_by", "")
    none = said.get("none_record")
    assert table.none_record == (none and (none["field"], none["code"]))
    counts = said.get("min_records", 0)
    for category in table.applies_to:
        expected = counts.get(category, 0) if isinstance(counts, dict) else counts
        assert table.min_records[category] == expected
    assert (table.entry_range, table.current_record) == (
        said.get("entry_range", ""),
        said.get("current_record", ""),
    )
    assert (table.campaign_rule.note if table.campaign_rule else None) == said.get("campaign_rule")
    rules = zip(table.rules, said.get("rules", []), strict=True)
    for rule, theirs in rules:
        assert_same_rule(rule, theirs)


@pytest.mark.parametrize("key", OFFICIAL)
def test_rows_go_to_the_departments_of_the_yaml(key: str):
    reviewer = get_table(key).reviewer
    said = oracle.tables()[key][1]["university_reviewer"]

    rows = [{"when": row.when, "departments": list(row.departments)} for row in reviewer.rows]

    assert reviewer.default == (said["default"],)
    assert rows == said.get("rows", [])


def assert_same_rule(rule: Any, said: dict[str, Any]) -> None:
    assert (rule.id, rule.zh, rule.severity) == (said["id"], said["message"], said["severity"])
    assert rule.note == said.get("note", "")
    assert rule.en
    if rule.id not in OWN_WORDS:
        assert rule.fails_when == said["fails_when"]


def test_the_sections_are_those_of_the_yaml():
    ours = [(str(s.no), s.key, s.zh, s.en, s.note, s.source) for s in OFFICIAL_SECTIONS]

    assert ours == [
        (str(s["no"]), s["key"], s["zh"], s["en"], s.get("note", ""), s["source"])
        for s in oracle.DICTIONARY["sections"]
    ]


def test_there_are_17_sections_26_tables_264_fields_58_rules():
    tables = [model.dictionary for model in OFFICIAL.values()]
    fields = [field for table in tables for field in table.fields.values()]
    rules = [rule for holder in (*tables, *fields) for rule in holder.rules]

    assert (len(OFFICIAL_SECTIONS), len(tables), len(fields), len(rules)) == (17, 26, 264, 58)


@pytest.mark.parametrize("name", oracle.CODES)
def test_a_code_table_is_that_of_the_yaml(name: str):
    said, ours = oracle.CODES[name], code_table(name)

    assert describe()["codes"][name] == said["entries"]
    for key in ("zh", "en", "standard", "source", "code_status", "note"):
        assert getattr(ours, key) == (said.get(key) or "")


def test_there_are_no_other_code_tables():
    assert sorted(describe()["codes"]) == sorted(oracle.CODES)


def test_the_header_is_that_of_the_yaml():
    said = oracle.DICTIONARY["file_header"]

    assert [(f.key, f.zh, f.en, f.note, f.source) for f in HEADER] == [
        (f["key"], f["zh"], f["en"], f.get("note", ""), f["source"]) for f in said
    ]
    assert [f.codes for f in HEADER if "codes" in said[HEADER.index(f)]] == [
        f["codes"] for f in said if "codes" in f
    ]


def test_every_category_has_a_name_in_the_yaml():
    assert list(Category) == oracle.CATEGORIES
