"""What CWE says of weaknesses: names, parents, classes; facts that can be looked up in its own pages."""

from __future__ import annotations

import pytest
from tests.measures.records import day, learn, record
from tests.organisation import NOW

from throughline.accounts.access import EVERYTHING
from throughline.engine.metrics import define, refine
from throughline.measures.queries import evaluate
from throughline.measures.readside.layout import LAYOUT
from throughline.vulnerabilities import weaknesses


def test_a_weakness_has_its_name():
    assert weaknesses.name("CWE-416") == "Use After Free"
    assert weaknesses.name("CWE-352") == "Cross-Site Request Forgery (CSRF)"


def test_an_unknown_weakness_has_neither_name_nor_parents_nor_class():
    assert weaknesses.name("CWE-99999") == ""
    assert weaknesses.label("CWE-99999") == "CWE-99999"
    assert weaknesses.parents("CWE-99999") == ()
    assert weaknesses.class_of("CWE-99999") == ""


def test_a_label_uses_the_name_that_people_use():
    assert weaknesses.label("CWE-89") == "CWE-89 SQL Injection"
    assert weaknesses.label("CWE-22") == "CWE-22 Path Traversal"


def test_every_label_is_short_enough_for_a_list():
    assert max(len(weaknesses.label(id)) for id in weaknesses._table()) <= 80


def test_withdrawn_weaknesses_are_known_as_such_and_belong_nowhere():
    assert weaknesses.is_deprecated("CWE-71")
    assert weaknesses.class_of("CWE-71") == ""
    assert not weaknesses.is_deprecated("CWE-79")


def test_a_weakness_may_have_several_parents_and_the_primary_one_is_first():
    assert weaknesses.parents("CWE-78")[0] == "CWE-77"
    assert set(weaknesses.parents("CWE-426")) == {"CWE-642", "CWE-673"}


def test_ancestors_reach_the_pillar_over_every_parent():
    found = weaknesses.ancestors("CWE-416")
    assert {"CWE-825", "CWE-672", "CWE-119", "CWE-664"} <= set(found)
    assert found[0] == "CWE-825"


def test_the_ten_pillars_are_kinds_of_nothing_and_everything_in_force_is_under_one():
    table = weaknesses._table()
    in_force = [id for id, weakness in table.items() if not weakness.is_deprecated]
    pillars = {id for id in in_force if not weaknesses.parents(id)}
    assert len(pillars) == 10
    assert all(id in pillars or pillars & set(weaknesses.ancestors(id)) for id in in_force)


@pytest.mark.parametrize(
    ("id", "of"),
    [
        ("CWE-79", "CWE-74"),
        ("CWE-89", "CWE-74"),
        ("CWE-121", "CWE-119"),
        ("CWE-416", "CWE-672"),
        ("CWE-352", "CWE-345"),
        ("CWE-798", "CWE-287"),
        ("CWE-74", "CWE-74"),
        ("CWE-710", "CWE-710"),
        ("CWE-1041", "CWE-710"),
    ],
)
def test_the_class_is_the_top_of_the_simplified_mapping_or_else_the_pillar(id, of):
    assert weaknesses.class_of(id) == of


def test_every_weakness_in_force_has_a_class_that_is_a_weakness():
    table = weaknesses._table()
    classes = {weaknesses.class_of(id) for id, weakness in table.items() if not weakness.is_deprecated}
    assert "" not in classes
    assert classes <= table.keys()
    assert len(classes) < 60


def test_the_edition_is_a_number_that_grows():
    assert weaknesses.edition() >= 4014


@pytest.fixture
def weak(organisation):
    """Four records of Payments: two injections, an overflow, and one whose weakness is not known."""
    from throughline.measures.readside.columns import forget

    forget()
    made = {
        key: record(key, cwe=cwe, team="Payments", identified_at="2026-02-01", mitigated_at="2026-02-11")
        for key, cwe in {"XSS": "CWE-79", "SQL": "CWE-89", "STACK": "CWE-121", "PLAIN": ""}.items()
    }
    yield made
    forget()


def counted(measure: str = "count()", **asked) -> dict[str, float]:
    metric = refine(define(measure), where=asked.get("where", ""), by=asked.get("by", ()))
    result = evaluate(metric, scope=EVERYTHING, now=NOW, known_at=asked.get("known_at"))
    return {" ".join(row.group.values()): row.value for row in result.rows}


def test_a_question_can_be_split_by_class_of_weakness(weak):
    assert counted(by=("weakness_class",)) == {"CWE-74": 2, "CWE-119": 1, "unknown": 1}


def test_a_condition_takes_a_weakness_with_everything_that_is_a_kind_of_it(weak):
    assert counted(where="cwe_within = 'CWE-74'") == {"": 2}
    assert counted(where="'CWE-943' in cwe_within") == {"": 1}
    assert counted(where="cwe_within = 'CWE-121'") == {"": 1}
    assert counted(where="cwe_within is null") == {"": 1}


def test_the_class_follows_what_was_known_of_the_weakness(weak):
    learn(weak["PLAIN"], day("2026-03-01"), cwe="CWE-352")
    assert counted(where="weakness_class = 'CWE-345'") == {"": 1}
    assert counted(where="weakness_class = 'CWE-345'", known_at=day("2026-02-20")) == {"": 0}


def test_the_layout_of_the_read_side_follows_the_edition_so_that_another_makes_it_anew():
    assert LAYOUT % 100_000 == weaknesses.edition()


def test_the_explorer_names_weaknesses_beside_their_ids(weak, organisation, browser_of):
    page = browser_of(organisation.max).get("/vulnerabilities/?weakness_class=CWE-74")
    shown = page.content.decode()
    assert "CWE-89 SQL Injection" in shown
    assert "CWE-74 Injection" in shown
    assert [row.values["id"] for row in page.context["rows"]] == ["SQL", "XSS"]
    assert "class of weakness <b>CWE-74 Injection</b>" in shown


def test_the_record_names_its_weakness(weak, organisation, browser_of):
    shown = browser_of(organisation.max).get(f"/vulnerabilities/{weak['XSS'].pk}/").content.decode()
    assert "CWE-79 Cross-site Scripting" in shown


def test_the_table_of_a_metric_names_weaknesses_and_its_links_keep_the_ids(weak, organisation, browser_of):
    page = browser_of(organisation.max).get("/metrics/?metric=count()&by=cwe")
    rows = page.context["shown"].rows
    assert {row.cells for row in rows} >= {("CWE-79 Cross-site Scripting",), ("unknown",)}
    assert any("cwe+%3D+%27CWE-79%27" in row.address for row in rows)
