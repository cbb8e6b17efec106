"""Every number opens its rows: as many, and the right ones."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.measures.records import attribute, day, load_register, record

from throughline.accounts.access import EVERYTHING, NOTHING, Scope
from throughline.engine.definitions import Definition
from throughline.engine.refusals import Refused
from throughline.measures.queries import evaluate
from throughline.measures.rows import facets, rows_behind
from throughline.vulnerabilities.models import Vulnerability

NOW = day("2024-07-01")

pytestmark = pytest.mark.django_db


def behind(measure: str, group=None, **words):
    definition = Definition(measure=measure, where=words.pop("where", ""), at=words.pop("at", None))
    words.setdefault("scope", EVERYTHING)
    return rows_behind(definition, now=NOW, group=group or {}, **words)


@pytest.mark.parametrize(
    ("measure", "by"),
    [
        ("count()", ("severity",)),
        ("count()", ("year", "component")),
        ("count(is_c_mistake = 1)", ("announced_at.quarter",)),
        ("mean(identified - introduced)", ("year",)),
        ("median(mitigated - identified)", ("month",)),
        ("share(severity >= 'high')", ("is_c_mistake",)),
        ("average_open()", ("year",)),
        ("open_at_end()", ("year",)),
        ("average_latent()", ("severity", "year")),
        ("sla(30 days)", ("severity",)),
    ],
)
def test_as_many_rows_stand_behind_each_number_as_it_says(shared_data, measure, by):
    dates = {
        "introduced_at": "introduced_at",
        "identified_at": "identified_at",
        "mitigated_at": "mitigated_at",
    }
    load_register(shared_data / "curl_vulnerabilities.csv", dates=dates)
    result = evaluate(Definition(measure=measure, by=by), scope=EVERYTHING, now=NOW)
    assert result.rows
    for row in result.rows:
        assert behind(measure, row.group).total == (row.value if measure == "open_at_end()" else row.n)


def test_the_largest_values_come_first(shared_data):
    load_register(shared_data / "curl_vulnerabilities.csv", dates={"introduced_at": "introduced_at"})
    published = json.loads((shared_data / "curl_known_answers_dev.json").read_text())["answers"]
    oldest = next(each["value"] for each in published if each["id"] == "oldest_20")
    found = behind("mean(announced_at - introduced_release_at)", limit=20)
    keys = Vulnerability.objects.in_bulk(found.ids)
    assert found.total == 206
    assert {keys[each].key for each in found.ids} == {key for key, _ in oldest}
    assert keys[found.ids[0]].key == oldest[0][0]


def test_pages_follow_each_other_without_overlap():
    for number in range(7):
        record(str(number), identified_at=f"2024-01-{number + 1:02}")
    pages = [behind("count()", limit=3, offset=offset) for offset in (0, 3, 6)]
    assert [len(page.ids) for page in pages] == [3, 3, 1]
    assert len({each for page in pages for each in page.ids}) == 7


def test_rows_follow_the_scope_of_who_asks():
    record("a", team="web", identified_at="2024-01-01")
    record("b", team="api", identified_at="2024-01-01")
    assert behind("count()", scope=Scope(teams=frozenset({"web"}))).total == 1
    assert behind("count()", scope=NOTHING).total == 0
    assert facets(scope=NOTHING, now=NOW, dimensions=("team",)) == {"team": []}


@pytest.mark.parametrize(
    "group", [{"severity": "dire"}, {"month": "2024-13"}, {"month": "x"}, {"cvss": "high"}]
)
def test_a_group_that_cannot_be_is_refused(group):
    with pytest.raises(Refused):
        behind("count()", group)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(text=st.text(max_size=20))
def test_a_group_is_a_value_and_never_a_statement(text):
    assert behind("count()", {"service": text}).ids == []


def test_facets_count_every_value_of_every_dimension():
    attribute("region", "text")
    record("a", severity="high", service="web", attributes={"region": "eu"})
    record("b", severity="low", service="web", state="potential")
    record("c", severity="high", service="api", state="duplicate")
    found = facets(scope=EVERYTHING, now=NOW, dimensions=("severity", "service", "status", "region"))
    assert found == {
        "severity": [("high", 2), ("low", 1)],
        "service": [("web", 2), ("api", 1)],
        "status": [("open", 2), ("rejected", 1)],
        "region": [("unknown", 2), ("eu", 1)],
    }
    assert facets("service = 'web'", scope=EVERYTHING, now=NOW, dimensions=("state",))["state"] == [
        ("confirmed", 1),
        ("potential", 1),
    ]


def test_rows_as_known_at_a_date():
    record("a", identified_at="2024-01-01", known=day("2024-01-02"))
    record("b", identified_at="2024-01-01", known=day("2024-03-01"))
    assert behind("count()", known_at=dt.date(2024, 2, 1)).total == 1
