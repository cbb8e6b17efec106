"""A team, service or source in a condition that nobody has is said; one without a record is not."""

from __future__ import annotations

import json

import pytest
from tests.api.programs import Program
from tests.measures.records import day, record

from throughline.accounts.access import EVERYTHING, Scope
from throughline.measures.asker import Asker
from throughline.measures.asking import Question
from throughline.measures.evaluation.unknown_values import misnamed
from throughline.measures.power_documents import document
from throughline.measures.powers import telling
from throughline.measures.queries import evaluate
from throughline.measures.shown import definition_of
from throughline.vulnerabilities.models import Service

NOW = day("2024-07-01")


@pytest.fixture
def two(db):
    from throughline.measures.readside.columns import forget

    forget()
    record("A-1", service="checkout", team="Payments", source="SAST", identified_at="2024-01-01")
    record("B-1", service="index", team="Search", source="Bounty", identified_at="2024-02-01")
    yield
    forget()


def said(where, metric="count()", scope=EVERYTHING, **words):
    asked = definition_of(Question(metric=metric, where=where))
    found = evaluate(asked, scope=scope, now=NOW, **words)
    return [each.message for each in misnamed(found.warnings)]


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("service = 'chekout'", "There is no service 'chekout' (did you mean checkout?)."),
        ("team in ('Payments', 'Serach')", "There is no team 'Serach' (did you mean Search?)."),
        ("source != 'SATS'", "There is no source 'SATS' (did you mean SAST?)."),
        ("team = 'nosuch'", "There is no team 'nosuch': there are Payments and Search."),
        ("environment = 'prod'", "There is no environment 'prod'."),
    ],
)
def test_a_name_that_nobody_has_is_said_with_one_near_it_or_those_there_are(where, message, two):
    assert said(where) == [message]


@pytest.mark.parametrize(
    "where",
    [
        "service = 'checkout'",
        "team in ('Payments', 'Search')",
        "service = 'index' and team = 'Payments'",
        "id = 'X-1'",
    ],
)
def test_a_name_that_somebody_has_is_not_said_even_where_no_record_fits(where, two):
    assert said(where) == []


def test_a_service_of_the_catalogue_without_a_record_is_none_that_is_misspelt(two):
    Service.objects.create(name="quiet")
    assert said("service = 'quiet'") == []


def test_what_a_measure_asks_for_is_looked_at_too(two):
    assert said("", metric="share(source = 'Bonty')") == [
        "There is no source 'Bonty' (did you mean Bounty?)."
    ]


def test_nobody_hears_of_names_of_other_teams(two):
    of_search = Scope(teams=frozenset({"Search"}))
    assert said("service = 'checkout'", scope=of_search) == [
        "There is no service 'checkout': there is index."
    ]
    assert said("team = 'Paymens'", scope=of_search) == ["There is no team 'Paymens': there is Search."]


def test_before_anything_was_known_no_name_is_doubted(two):
    assert said("team = 'nosuch'", known_at=day("2019-01-01")) == []


def test_a_change_that_cannot_be_told_says_why(two):
    question = Question(metric="count()", where="service = 'chekout'")
    told = document("count()", telling(question, Asker(EVERYTHING, NOW), ratio=0.5))
    assert told["why_none"].endswith("There is no service 'chekout' (did you mean checkout?)")


def test_page_file_and_api_say_the_same(two, organisation, browser_of):
    asked = "?metric=count()&by=none&where=service = 'chekout'"
    browser = browser_of(organisation.max)
    page = browser.get(f"/metrics/{asked}").content.decode()
    assert "There is no service &#x27;chekout&#x27; (did you mean checkout?)." in page
    told = browser.get(f"/metrics.json{asked}").json()["warnings"]
    assert told[0]["code"] == "no_such_value"
    assert Program(organisation.max).get(f"/metrics/answer{asked}").json()["warnings"] == told
    why = browser.get(f"/metrics/why/{asked}&by=service")
    assert "did you mean checkout?" in why.content.decode()


def test_the_list_of_vulnerabilities_says_it_of_filters_and_facets(two, organisation, browser_of):
    browser = browser_of(organisation.max)
    said = "There is no service 'chekout' (did you mean checkout?)."
    page = browser.get("/vulnerabilities/?where=service = 'chekout'").content.decode()
    assert said.replace("'", "&#x27;") in page

    def told(asked):
        answer = json.loads(browser.get(f"/vulnerabilities.json?{asked}").getvalue())
        return answer["total"], answer["warnings"]

    assert told("service=chekout") == (0, [said])
    assert told("service=checkout&service=chekout") == (1, [said])
    assert told("service=checkout") == (1, [])
    assert told("service=chekout&known=2019-01-01") == (0, [])
