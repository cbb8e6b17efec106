"""Why a metric moved between two periods: by sums, by means, by what is neither."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.measures.records import day, record

from throughline.accounts.access import EVERYTHING, Scope
from throughline.engine.refusals import Refused
from throughline.measures.asker import Asker
from throughline.measures.asking import Question
from throughline.measures.move_documents import document, header, sentence, table
from throughline.measures.move_documents import left_out as left_out_said
from throughline.measures.moves import moved, span_of
from throughline.measures.ranges import Range

NOW = day("2024-07-01")
FIRST, SECOND = span_of("2024-Q1"), span_of("2024-Q2")

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarters():
    """The web takes 10 days and then 8, legacy 60 and then 50; far more of legacy in the second quarter."""
    for service, found, number, days in (
        ("web", "2024-01-05", 9, 10),
        ("legacy", "2024-01-05", 1, 60),
        ("web", "2024-04-05", 2, 8),
        ("legacy", "2024-04-05", 8, 50),
    ):
        for each in range(number):
            mended = (day(found) + dt.timedelta(days=days)).date().isoformat()
            key = f"{service}-{found}-{each}"
            record(key, identified_at=found, mitigated_at=mended, service=service, team=service)


def ask(metric, *, by=("service",), against="", span=SECOND, scope=EVERYTHING, where=""):
    question = Question(metric=metric, by=by, range=span, where=where)
    return moved(question, Asker(scope, NOW), against=against)


MEAN = "mean(mitigated - identified)"
DETECT = "mean(identified - introduced)"


def test_a_mean_that_rises_while_every_group_gets_quicker_rises_by_its_mix(quarters):
    found = ask(MEAN, where="identified >= '2024-01-01'")
    split = found.split
    # By the date of repair: 9 of 10 days and 1 of 60 against 2 of 8 and 8 of 50.
    assert (split.then, split.now) == (pytest.approx(15), pytest.approx(41.6))
    assert split.rest == pytest.approx(0, abs=1e-9)
    assert split.rate < 0 < split.mix
    assert split.rate + split.mix == pytest.approx(26.6)
    said = sentence(found)
    assert said.startswith("It rose from 15 days (2024-Q1) to 41.6 days (2024-Q2): +26.6 days. ")
    assert "is that their mix changed, most by legacy (10 % of the records, then 80 %" in said


def test_of_a_count_each_group_adds_its_own_change(quarters):
    found = ask("count()")
    assert [(term.name, term.rate) for term in found.split.terms] == [("legacy", 7), ("web", -7)]
    assert found.adds_up
    assert sentence(found) == "It is 10 in both 2024-Q1 and 2024-Q2."
    few = ask("count()", where="service = 'legacy'")
    assert "Most of it is legacy (+7)." in sentence(few)


def test_a_restricted_mean_leaves_what_is_neither(quarters):
    found = ask("rmst(identified -> mitigated, 60 days)")
    total = found.split.rate + found.split.mix + found.split.rest
    assert total == pytest.approx(found.split.change)
    assert ask("rmst(identified -> mitigated, 60 days)", by=("severity",)).split.terms[0].name == "unknown"


def test_a_group_without_a_figure_is_named_and_counts_in_the_shares_of_the_others(quarters):
    for number, found_at in enumerate(("2024-01-02", "2024-04-02")):
        record(f"few-{number}", identified_at=found_at, mitigated_at=f"{found_at[:-2]}03", service="few")
    found = ask("period_rmst(identified -> mitigated, 60 days)")
    told = document(found)
    left_out = [each["service"] for each in told["left_out"]]
    assert "few" in left_out
    shares = sum(each["share_now"] for each in told["groups"])
    rows = [row for row in table(found) if row[0] in left_out]
    assert shares < 1 == pytest.approx(shares + sum(row[header(found).index("share_now")] for row in rows))
    assert "so what" in sentence(found)
    assert "is hidden here" in sentence(found)
    assert "few" in left_out_said(found)
    assert "too few at risk (n " in left_out_said(found)


def test_any_two_periods_are_held_against_each_other(quarters):
    found = ask("count()", span=FIRST, against="2024-04-01..2024-07-01")
    assert (found.split.then, found.split.now) == (10, 10)
    assert found.spans == ("2024-Q2", "2024-Q1")
    unsaid = moved(Question(metric="count()", by=("service",)), Asker(EVERYTHING, NOW))
    assert unsaid.question.range.name == "last-quarter"
    assert unsaid.before.until == unsaid.question.range.since


def test_a_team_sees_its_own_groups_alone(quarters):
    found = ask("count()", scope=Scope(teams=frozenset({"web"})))
    assert [term.name for term in found.split.terms] == ["web"]


def test_the_document_and_the_file_say_the_same(quarters):
    found = ask(MEAN)
    told = document(found)
    rows = [dict(zip(header(found), row, strict=True)) for row in table(found)]
    assert [row["total"] for row in rows] == [each["total"] for each in told["groups"]]
    assert rows[0]["service"] == told["groups"][0]["group"]["service"]
    assert told["change"] == pytest.approx(told["rate"] + told["mix"] + told["rest"])


@pytest.mark.parametrize(
    ("words", "place", "said"),
    [
        ({"metric": "median(mitigated - identified)"}, "metric", "a median is no mean of its groups"),
        ({"metric": "open_age()"}, "metric", "is no mean of its groups"),
        ({"metric": "count()", "by": ("srvice",)}, "by", "there is no field 'srvice'"),
        ({"metric": "count()", "by": ("quarter",)}, "by", "'quarter' is a period"),
        ({"metric": "count()", "by": ()}, "by", "say by what to split it"),
        ({"metric": "count()", "against": "last summer"}, "against", "expected a period such as 2026-Q1"),
        ({"metric": "count()", "against": "2024-Q7"}, "against", "there is no quarter '2024-Q7'"),
        ({"metric": "count()", "against": "2024-05-01..2024-04-01"}, "against", "ends before it starts"),
        ({"metric": MEAN, "against": "2019"}, "against", "there is no figure for 2019"),
        (
            {"metric": DETECT, "where": "team = 'nosuch'"},
            "where",
            "2024-Q1: There is no team 'nosuch'",
        ),
        ({"metric": "count()", "by": ("xyz",)}, "by", "the dimensions are .*service"),
        ({"metric": "count()", "span": Range("custom", NOW, None)}, "against", "say which period"),
    ],
)
def test_what_cannot_be_split_is_refused_with_its_place(quarters, words, place, said):
    with pytest.raises(Refused, match=said) as refused:
        ask(**words)
    assert refused.value.place == place
