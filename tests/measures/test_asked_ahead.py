"""What a page asks ahead, in a thread beside, is what it wants next; the page is the same without it."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest
from django.http import QueryDict
from tests.measures.test_evaluation import NOW, repaired

from throughline.accounts.access import EVERYTHING
from throughline.measures import queries
from throughline.measures.asker import Asker
from throughline.measures.asking import question_of
from throughline.measures.beginning import begin
from throughline.measures.comparing import alongside, compared
from throughline.measures.evaluation import population
from throughline.measures.readside.ahead import Ahead
from throughline.measures.readside.columns import columns, one_state
from throughline.measures.shown import show
from throughline.vulnerabilities.comparing import before
from throughline.vulnerabilities.comparing import compared as list_compared
from throughline.vulnerabilities.listing import explore, facets
from throughline.vulnerabilities.selections import selection_of

pytestmark = pytest.mark.django_db

QUESTIONS = (
    "metric=time_to_remediate",
    "metric=time_to_remediate&by=severity",
    "metric=time_to_remediate&by=none",
    "metric=time_to_remediate_period&by=quarter",
    "metric=time_to_detect_truncated&by=quarter",
    "metric=km_median(identified -> mitigated)&by=month",
    "metric=mean(mitigated - identified)&by=team",
    "metric=p90(mitigated - identified)&by=quarter&from=2024-02-01&to=2024-03-01",
    "metric=average_open()&by=month",
    "metric=average_open()&by=none",
    "metric=count()&by=severity",
    "metric=count()&by=month&range=this-year",
    "metric=sla(10 days)&by=team&compare=none",
    "metric=count()&known=2024-02-20",
)


@pytest.fixture
def large(monkeypatch) -> None:
    """A register with a base that counts as large, on a machine with a core to spare."""
    for number in range(60):
        day, until = f"2024-02-{number % 28 + 1:02}", f"2024-03-{number % 30 + 1:02}"
        repaired(str(number), day, until if number % 5 else None, team=("Web", "Core", None)[number % 3])
    side = columns()
    side.snapshot()
    side._settled(side.generation)
    monkeypatch.setattr(population, "MANY_RECORDS", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_page_of_a_metric_takes_all_that_was_asked_ahead_and_says_the_same(large, asked):
    question = question_of(QueryDict(asked), now=NOW)

    def page(*, is_ahead: bool):
        with one_state():
            asker = Asker(EVERYTHING, NOW)
            if is_ahead:
                begin(question, asker)
            shown = alongside(show(question, asker), asker)
            # What is compared is told of the whole as well.
            return shown, compared(question, shown.total, asker), columns().snapshot().ahead.left

    *told, left = page(is_ahead=True)
    assert left == []
    columns().kept["past"].clear()
    columns().kept["answers"].clear()
    columns().kept["tables"].clear()
    *plain, _ = page(is_ahead=False)
    assert told == plain


@pytest.mark.parametrize("asked", ["", "severity=high", "team=Web&sort=-identified", "known=2024-02-20"])
def test_the_list_takes_all_that_was_asked_ahead_and_says_the_same(large, asked):
    def page(*, is_ahead: bool):
        with one_state():
            selection = selection_of(QueryDict(asked), now=NOW)
            explorer = explore(selection, schema=queries.schema(), scope=EVERYTHING, now=NOW)
            if is_ahead:
                explorer.begin()
            (total, n_open), times = explorer.total(), explorer.times()
            was = list_compared(before(explorer), total=total, n_open=n_open, times=times)
            shown = total, n_open, times, was, explorer.page(), facets(explorer)
            return shown, columns().snapshot().ahead.left

    told, left = page(is_ahead=True)
    assert left == []
    columns().kept["past"].clear()
    columns().kept["answers"].clear()
    columns().kept["tables"].clear()
    assert told == page(is_ahead=False)[0]


def test_of_a_time_to_repair_the_bases_and_the_period_before_are_asked_ahead(large):
    with one_state():
        begin(question_of(QueryDict("metric=time_to_remediate"), now=NOW), Asker(EVERYTHING, NOW))
        assert len(columns().snapshot().ahead.left) == 2


def test_nothing_is_asked_ahead_of_a_small_register(large, monkeypatch):
    monkeypatch.setattr(population, "MANY_RECORDS", 10_000)
    with one_state():
        begin(question_of(QueryDict("metric=average_open()"), now=NOW), Asker(EVERYTHING, NOW))
        assert columns().snapshot().ahead.left == []


def test_what_the_record_refuses_is_said_by_the_page_and_not_before_it(large):
    question = question_of(QueryDict("metric=average_open()"), now=NOW)
    begin(replace(question, metric="averag_open()"), Asker(EVERYTHING, NOW))


def test_a_statement_is_asked_once_and_its_answer_taken_once():
    asked: list[str] = []

    def ask() -> int:
        asked.append("a")
        return len(asked)

    ahead = Ahead()
    ahead.begin("a", ask)
    ahead.begin("a", ask)
    assert ahead.left == ["a"]
    assert ahead.take("a", ask) == 1
    assert ahead.take("a", ask) == 2


def test_an_error_of_a_statement_is_raised_where_its_answer_is_taken():
    def ask() -> None:
        duckdb.connect(":memory:").execute("SELECT nothing")

    ahead = Ahead()
    ahead.begin("a", ask)
    with pytest.raises(duckdb.BinderException):
        ahead.take("a", ask)
