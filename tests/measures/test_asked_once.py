"""What a page asks twice is looked up once, and the answer is that of asking anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.measures.test_evaluation import NOW, repaired

from throughline.accounts.access import EVERYTHING, NOTHING
from throughline.engine.definitions import Definition
from throughline.measures import queries
from throughline.measures.asker import Asker
from throughline.measures.asking import Question
from throughline.measures.evaluation import population
from throughline.measures.evaluation.answers import Row
from throughline.measures.evaluation.ended import closed_of, ended_of, fewer_groups, same_spells
from throughline.measures.readside.columns import columns, one_state
from throughline.vulnerabilities.models import SlaPolicy

pytestmark = pytest.mark.django_db

MEASURES = (
    "count()",
    "count(severity >= 'high')",
    "share(severity >= 'high')",
    "sum(award)",
    "mean(mitigated - identified)",
    "median(mitigated - identified)",
    "rmst(identified -> mitigated, 90 days)",
    "km_median(identified -> mitigated)",
    "sla(30 days)",
    "paid_classes_found()",
)


AREAS = (
    "average_open()",
    "average_latent()",
    "open_at_end()",
    "open_age()",
    "period_rmst(identified -> mitigated, 90 days)",
    "truncated_mean(identified - introduced)",
)


@pytest.fixture
def records() -> None:
    for number in range(12):
        day, until = f"2024-01-{number + 1:02}", f"2024-02-{number + 2:02}"
        repaired(
            str(number),
            day,
            until if number % 4 else None,
            team="Web" if number % 3 else None,
            severity=number % 5,
            cwe=f"CWE-{number % 2 + 79}",
            award=10.5 * number or None,
            introduced_at=f"2023-0{number % 3 + 1}-05" if number % 5 else None,
        )


@pytest.mark.parametrize("measure", MEASURES)
def test_groups_together_are_what_a_question_without_groups_gives(records, measure):
    found = queries.evaluation(Definition(measure=measure), scope=EVERYTHING, now=NOW, by=("team",))
    assert len(found.bare.rows) == 2
    assert found.whole().told() == queries.evaluate(Definition(measure=measure), scope=EVERYTHING, now=NOW)


@pytest.mark.parametrize("measure", [*MEASURES, *AREAS])
def test_what_is_kept_of_groups_stays_theirs_in_whatever_order_an_engine_gives_them(
    records, measure, monkeypatch
):
    asked = {"scope": EVERYTHING, "now": NOW, "by": ("team",)}
    first = queries.evaluate(Definition(measure=measure), **asked)
    assert {row.group["team"] for row in first.rows} == {"Web", "unknown"}
    fetched = population._fetched
    columns().kept["tables"].clear()
    monkeypatch.setattr(
        population, "_fetched", lambda *of: {name: each[::-1] for name, each in fetched(*of).items()}
    )
    assert queries.evaluate(Definition(measure=measure), **asked) == first


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("has_undated", [False, True])
def test_so_are_periods_together_whether_or_not_some_records_are_in_none(records, measure, has_undated):
    if has_undated:
        repaired("undated", None, "2024-02-01", severity=4, cwe="CWE-22", award=5.0)
    definition = Definition(measure=measure)
    found = queries.evaluation(definition, scope=EVERYTHING, now=NOW, by=("identified.month",))
    assert found.whole().told() == queries.evaluate(definition, scope=EVERYTHING, now=NOW)


@pytest.mark.parametrize("measure", ["count()", "count(severity >= 'high')"])
@pytest.mark.parametrize("by", [("month",), ("team", "month"), ("severity",)])
def test_a_count_by_fewer_groups_is_known_from_the_same_by_more(records, measure, by):
    repaired("undated", None, "2024-02-01", severity=4)
    definition, asker = Definition(measure=measure), Asker(EVERYTHING, NOW)
    question = Question(metric=measure)
    finer = asker.evaluation(definition, question, ("team", "severity", "month"))
    found = asker.evaluation(definition, question, by)
    assert found.told() == queries.evaluate(definition, scope=EVERYTHING, now=NOW, by=by)
    # Whoever has no date is in none of the months, but in a team.
    known = fewer_groups(found.metric, finer.metric, finer.aggregates)
    assert (known is not None) == ("month" in by)


@pytest.mark.parametrize("measure", AREAS)
@pytest.mark.parametrize("by", [("quarter",), ("team", "month"), ("team",)])
def test_windows_and_groups_together_are_one_question_of_the_same_spells(records, measure, by):
    definition = Definition(measure=measure)
    found = queries.evaluation(definition, scope=EVERYTHING, now=NOW, by=by)
    assert found.whole().told() == queries.evaluate(definition, scope=EVERYTHING, now=NOW)


@pytest.mark.parametrize("measure", ["median(mitigated - identified)", "p90(mitigated - identified)"])
@pytest.mark.parametrize("by", [(), ("team",), ("quarter",)])
@pytest.mark.parametrize("period", [{}, {"known_at": date(2024, 2, 5)}, {"since": date(2024, 2, 5)}])
def test_a_plain_time_to_repair_is_known_from_a_survival_of_the_same(records, measure, by, period):
    asked = {"scope": EVERYTHING, "now": NOW, **period}
    survival = Definition(measure="km_median(identified -> mitigated)", where="severity < 'critical'")
    wider = queries.evaluation(survival, by=by, **asked).whole()
    closed = Definition(measure=measure, where=survival.where)
    known = closed_of(queries.metric_of(closed), wider.metric, wider.aggregates)
    assert known is not None
    found = queries.evaluation(closed, wider=wider, **asked)
    assert found.told() == queries.evaluate(closed, **asked)
    assert found.bare.rows[0].n > 0
    for other in (
        replace(closed, where=""),
        replace(closed, measure="median(mitigated - introduced)"),
        replace(closed, measure="mean(mitigated - identified)"),
    ):
        assert closed_of(queries.metric_of(other), wider.metric, wider.aggregates) is None
    repaired("backwards", "2024-02-20", "2024-02-01")
    wider = queries.evaluation(survival, **asked)
    found = queries.evaluation(closed, wider=wider, **asked)
    assert found.told() == queries.evaluate(closed, **asked)


@pytest.mark.parametrize("measure", ["average_open()", "open_at_end()", "open_age()", "average_latent()"])
@pytest.mark.parametrize("by", [(), ("team",), ("quarter",)])
@pytest.mark.parametrize("where", ["", "severity >= 'medium'"])
def test_who_was_open_is_known_from_a_survival_of_windows_of_the_same(records, measure, by, where):
    repaired("borne", "2024-01-20", None, state="accepted", accepted_at="2024-02-01")
    repaired("backwards", "2024-02-20", "2024-02-01")
    definition = Definition(measure="period_rmst(identified -> mitigated, 90 days)", where=where)
    period = {"scope": EVERYTHING, "now": NOW, "until": date(2024, 3, 1), "known_at": date(2024, 2, 15)}
    all_of_them = queries.evaluation(definition, by=by, **period)
    wider = all_of_them.whole()
    open_ones = Definition(measure=measure, where=where)
    known = same_spells(queries.metric_of(open_ones), wider.metric, wider.aggregates)
    assert (known is None) == (measure == "average_latent()")
    found = queries.evaluation(open_ones, wider=wider, **period)
    assert found.told() == queries.evaluate(open_ones, **period)
    other = queries.metric_of(replace(open_ones, where="severity = 'high'"))
    assert same_spells(other, wider.metric, wider.aggregates) is None


CLOSED = "mitigated is not null"


@pytest.mark.parametrize("measure", ["rmst({}, 90 days)", "km_median({})"])
@pytest.mark.parametrize("by", [(), ("severity",), ("identified.month",)])
@pytest.mark.parametrize("where", ["", "severity >= 'medium'"])
def test_what_leaves_out_the_open_ones_is_known_from_the_answer_of_all(records, measure, by, where):
    repaired("later", "2024-02-02", "2024-02-20", severity=3)
    definition = Definition(measure=measure.format("identified -> mitigated"), where=where)
    naive = replace(definition, where=f"{CLOSED} and {where}" if where else CLOSED)
    period = {"scope": EVERYTHING, "now": NOW, "until": date(2024, 3, 1), "known_at": date(2024, 2, 15)}
    all_of_them = queries.evaluation(definition, by=by, **period)
    wider = all_of_them.whole() if by else all_of_them
    known = ended_of(queries.metric_of(naive), wider.metric, wider.aggregates)
    assert known is not None
    found = queries.evaluation(naive, wider=wider, **period)
    assert found.aggregates == known
    assert found.told() == queries.evaluate(naive, **period)
    assert found.bare.rows[0].n < all_of_them.whole().bare.rows[0].n


@pytest.mark.parametrize(("began", "ended"), [("2024-03-01", "2024-02-01"), (None, "2024-02-01")])
def test_it_is_asked_anew_where_dates_are_missing_or_run_backwards(records, began, ended):
    repaired("another", began, ended)
    definition = Definition(measure="rmst(identified -> mitigated, 90 days)", at="mitigated")
    naive = replace(definition, where=CLOSED)
    wider = queries.evaluation(definition, scope=EVERYTHING, now=NOW)
    assert ended_of(queries.metric_of(naive), wider.metric, wider.aggregates) is None
    found = queries.evaluation(naive, scope=EVERYTHING, now=NOW, wider=wider)
    assert found.told() == queries.evaluate(naive, scope=EVERYTHING, now=NOW)


@pytest.mark.parametrize(
    "other",
    [
        Definition(measure="rmst(introduced -> mitigated, 90 days)", where=CLOSED),
        Definition(measure="rmst(identified -> triaged, 90 days)", where="triaged is not null"),
        Definition(measure="rmst(identified -> mitigated, 90 days)", where=CLOSED, at="mitigated"),
        Definition(measure="rmst(identified -> mitigated, 90 days)", where=f"{CLOSED} and team = 'Web'"),
        Definition(measure="rmst(identified -> mitigated, 90 days)", where=f"{CLOSED} or team = 'Web'"),
        Definition(measure="mean(mitigated - identified)", where=CLOSED),
    ],
)
def test_what_is_of_other_records_or_another_time_is_not(records, other):
    wider = queries.evaluation(
        Definition(measure="rmst(identified -> mitigated, 90 days)"), scope=EVERYTHING, now=NOW
    )
    assert ended_of(queries.metric_of(other), wider.metric, wider.aggregates) is None
    found = queries.evaluation(other, scope=EVERYTHING, now=NOW, wider=wider)
    assert found.told() == queries.evaluate(other, scope=EVERYTHING, now=NOW)


def test_lists_are_read_once_for_a_page_and_never_for_another_state(records):
    when = {"scope": EVERYTHING, "now": NOW}
    with one_state():
        average = queries.evaluation(Definition(measure="average_open()"), **when)
        at_end = queries.evaluation(Definition(measure="open_at_end()"), by=("month",), **when)
        assert at_end.aggregates.found["starts"][0] is average.aggregates.found["starts"][0]
        repaired("later", "2024-02-01", None)
    found = queries.evaluation(Definition(measure="open_at_end()"), by=("month",), **when)
    assert found.aggregates.found["starts"][0].size == average.aggregates.found["starts"][0].size + 1


def test_an_answer_is_kept_until_the_record_changes(records):
    count = Definition(measure="count()")
    first = columns().snapshot()
    assert queries.evaluate(count, scope=EVERYTHING, now=NOW).rows[0].value == 12
    assert columns().snapshot().answers is first.answers
    assert queries.evaluate(count, scope=NOTHING, now=NOW).rows[0].value == 0
    repaired("another", "2024-01-01", None)
    assert queries.evaluate(count, scope=EVERYTHING, now=NOW).rows[0].value == 13


BORNE_UNTIL = datetime(2024, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize("by", [(), ("status",)])
def test_while_time_alone_passes_an_answer_is_that_of_asking_anew(records, by):
    repaired("borne", "2024-01-20", None, state="accepted", accepted_until=BORNE_UNTIL.date().isoformat())
    counts = [Definition(measure=each) for each in (*MEASURES, "share(status = 'accepted')")]
    # Before, and at, the very instant at which the record says something else.
    turn = [BORNE_UNTIL + timedelta(microseconds=each) for each in (-1, 0)]
    for count in counts:
        for now in (datetime(2024, 3, 1, tzinfo=UTC), *turn, NOW):
            kept = queries.evaluate(count, scope=EVERYTHING, now=now, by=by)
            columns().begin_anew()
            assert queries.evaluate(count, scope=EVERYTHING, now=now, by=by) == kept


def test_what_is_borne_until_a_day_is_kept_no_longer(records):
    repaired("borne", "2024-01-20", None, state="accepted", accepted_until=BORNE_UNTIL.date().isoformat())
    borne = Definition(measure="count()", where="status = 'accepted'")

    def counted(now: datetime) -> float | None:
        return queries.evaluate(borne, scope=EVERYTHING, now=now).rows[0].value

    last = BORNE_UNTIL - timedelta(microseconds=1)
    assert [counted(now) for now in (last, BORNE_UNTIL, last)] == [1, 0, 1]


def test_counts_are_looked_up_once_while_no_stored_date_passes(records):
    count = Definition(measure="count()")
    queries.evaluate(count, scope=EVERYTHING, now=NOW, by=("severity",))
    held = columns().snapshot()
    known = set(held.tables), set(held.answers)
    queries.evaluate(count, scope=EVERYTHING, now=NOW + timedelta(hours=1), by=("severity",))
    assert (set(held.tables), set(held.answers)) == known
    assert held.tables


def test_what_is_asked_within_one_state_does_not_see_what_comes_meanwhile(records):
    count = Definition(measure="count()")
    with one_state():
        before = queries.evaluate(count, scope=EVERYTHING, now=NOW)
        repaired("later", "2024-02-01", None)
        assert queries.evaluate(count, scope=EVERYTHING, now=NOW) == before
    assert queries.evaluate(count, scope=EVERYTHING, now=NOW).rows[0].n == before.rows[0].n + 1


def earlier(measure: str, known: date, *, now: datetime = NOW, by: tuple[str, ...] = ()) -> list[Row]:
    known_at = datetime(known.year, known.month, known.day, tzinfo=UTC)
    question = Question(metric=measure, by=by, known=known.isoformat(), known_at=known_at)
    return Asker(EVERYTHING, now).rows(Definition(measure=measure), question, by)


@pytest.mark.parametrize("measure", [*MEASURES, *AREAS])
@pytest.mark.parametrize("by", [(), ("team",), ("month",)])
def test_what_was_known_on_a_day_is_worked_out_once_until_the_record_changes(records, measure, by):
    day = date(2024, 2, 5)
    for now in (NOW, NOW + timedelta(days=40)):
        asked = Definition(measure=measure)
        anew = queries.evaluate(asked, scope=EVERYTHING, now=now, by=by, known_at=datetime(2024, 2, 5))
        assert earlier(measure, day, now=now, by=by) == anew.rows
    reaches_now = measure.startswith("average") and "month" in by
    assert len(columns().snapshot().past) == (0 if reaches_now else 1)
    repaired("another", "2024-01-01", "2024-01-03", team="Web", introduced_at="2023-12-24")
    assert columns().snapshot().past == {}
    anew = queries.evaluate(Definition(measure=measure), scope=EVERYTHING, now=NOW, by=by, known_at=day)
    assert len(earlier(measure, day, by=by)) == len(anew.rows)


def test_what_was_known_is_another_under_another_policy_and_scope(records):
    day, severities = date(2024, 2, 5), range(5)
    SlaPolicy.objects.bulk_create(SlaPolicy(severity=each, tier=None, days=1) for each in severities)
    assert earlier("sla()", day)[0].value == 0
    SlaPolicy.objects.update(days=300)
    assert earlier("sla()", day)[0].value is None
    asked = Definition(measure="count()"), Question(metric="count()", known_at=NOW - timedelta(days=1)), ()
    assert Asker(EVERYTHING, NOW).rows(*asked)[0].value == 12
    assert Asker(NOTHING, NOW).rows(*asked) == []
