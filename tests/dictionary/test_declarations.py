"""Each kind of mistake in a declaration stops the start."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from tms.dictionary import (
    HE,
    K12,
    Category,
    DeclarationError,
    Department,
    Routed,
    Routing,
    Rule,
    When,
    check_declarations,
    check_enum,
    get_table,
)

CONTACT = "contact"
HR = Department.HR


def contact(**changes: Any) -> Any:
    return replace(get_table(CONTACT), **changes)


def with_field(key: str, **changes: Any) -> Any:
    table = get_table(CONTACT)
    fields = {**table.fields, key: replace(table.fields[key], **changes)}
    return replace(table, fields=MappingProxyType(fields))


def test_what_is_declared_is_right():
    check_declarations()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (lambda: contact(natural_key=("nothing",)), "missing field nothing"),
        (lambda: contact(order_by=("nothing",)), "missing field nothing"),
        (lambda: contact(none_record=("nothing", "0")), "missing field nothing"),
        (lambda: replace(get_table("basic_information"), order_by=("id_number",)), "encrypted"),
        (lambda: with_field("phone", zh="手机"), "label 手机 twice"),
        (lambda: with_field("phone", codes="nothing"), "no code table nothing"),
        (lambda: with_field("phone", length=None), "needs a length"),
        (lambda: with_field("phone", forbidden={HE: "always"}), "applies to nobody"),
        (lambda: with_field("phone", required={HE: When("nothing == '1'")}), "field nothing"),
        (lambda: with_field("phone", required={HE: When("phone ==")}), "phone =="),
        (lambda: with_field("phone", required={HE: When("help(phone)")}), "no helper help()"),
        (lambda: with_field("phone", required={HE: When("code == '1'")}), "field code"),
        (lambda: with_field("phone", options_filter="code == '1'"), "only codes"),
        (lambda: contact(rules=(Rule("N01", "phone == ''", "", ""),)), "declared 2 times"),
        (lambda: contact(rules=(Rule("Z1", "matches(phone, '[')", "", ""),)), "Z1"),
        (lambda: contact(rules=(Rule("Z1", "moon.phase == ''", "", ""),)), "moon.phase"),
        (
            lambda: contact(reviewer=Routing((HR,), (Routed("x == ''", (HR,), "空", "empty"),))),
            "missing field x",
        ),
        (
            lambda: contact(reviewer=Routing((HR,), (Routed("phone == ''", (HR,)),))),
            "not said in words",
        ),
    ],
)
def test_a_mistake_is_named(table: Any, words: str):
    with pytest.raises(
        DeclarationError, match="(?s)" + words.replace("(", r"\(").replace(")", r"\)")
    ):
        check_declarations([table()])


def test_a_default_must_be_a_code_of_its_table():
    table = get_table("project")
    fields = {**table.fields, "rank": replace(table.fields["rank"], default="nothing")}

    with pytest.raises(DeclarationError, match="default nothing"):
        check_declarations([replace(table, fields=fields)])


def test_a_code_needs_a_table_for_each_category():
    table = get_table("basic_information")
    field = replace(table.fields["staff_source"], codes=dict.fromkeys(K12, "staff_source"))

    with pytest.raises(DeclarationError, match="each of its categories"):
        check_declarations([replace(table, fields={**table.fields, "staff_source": field})])


def test_the_same_label_may_serve_different_categories():
    teaching = get_table("teaching")

    assert teaching.fields["courses"].zh == teaching.fields["special_courses"].zh
    check_declarations()


def test_an_enum_and_its_labels_must_be_the_same():
    check_enum(Category, "school_category")
    with pytest.raises(DeclarationError, match="kindergarten"):
        check_enum(list(Category)[1:], "school_category")
