"""What came of a scenario: said once with its evidence, corrected beside it, never edited."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.forecasts.resolved import END, OVER, START, WITHIN, did_not, happened, scenario

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.forecasts.models import Resolution
from throughline.forecasts.outcomes import newest_of, outcomes, unresolved, waiting_for
from throughline.forecasts.resolving import resolve
from throughline.risk.documents import estimated
from throughline.risk.models import Scenario

LAST_DAY = datetime(2027, 3, 31, 8, tzinfo=UTC)


@pytest.fixture
def asked(db):
    return scenario()


def refusal(of, **given) -> Refused:
    said = {"outcome": "happened", "on": date(2027, 2, 1), "evidence": "INC-81", "now": OVER, **given}
    with pytest.raises(Refused) as refused:
        resolve("test", of, **said)
    assert not Resolution.objects.filter(scenario=of, evidence=said["evidence"]).exists()
    return refused.value


def test_it_happened_may_be_said_at_once_with_its_day_and_cost(asked):
    made = resolve(
        "person:3 Ada",
        asked,
        outcome="happened",
        on=WITHIN.date(),
        loss=2.5e5,
        evidence=" INC-81 ",
        now=WITHIN,
    )
    assert (made.outcome, made.on, made.loss, made.evidence) == ("happened", WITHIN.date(), 2.5e5, "INC-81")
    entry = Entry.objects.get()
    assert (entry.actor, entry.action, entry.object_id) == (
        "person:3 Ada",
        "scenario resolved",
        str(asked.pk),
    )


def test_that_it_did_not_is_refused_with_the_day_from_which_it_may_be_said(asked):
    early = refusal(asked, outcome="did_not", on=None, now=LAST_DAY - timedelta(days=1))
    assert early.place == "outcome"
    assert "may be said from 2027-03-31 on" in early.message
    assert resolve("test", asked, outcome="did_not", evidence="No record", now=LAST_DAY).outcome == "did_not"


def test_a_void_scenario_may_be_given_up_at_any_time_and_counts_nowhere(asked):
    resolve("test", asked, outcome="void", evidence="The laptops were sold", now=WITHIN)
    assert newest_of(asked).outcome == "void"
    assert outcomes() == {}


@pytest.mark.parametrize(
    ("given", "place", "message"),
    [
        ({"outcome": "perhaps"}, "outcome", "expected one of happened, did_not, void, found 'perhaps'"),
        ({"on": None}, "on", "say the day on which it happened"),
        ({"on": START - timedelta(days=1)}, "on", "2026-12-31 lies outside"),
        ({"on": END + timedelta(days=1)}, "on", "2027-04-01 lies outside"),
        ({"on": date(2027, 2, 2), "now": WITHIN}, "on", "2027-02-02 is still to come"),
        ({"outcome": "did_not"}, "on", "only what happened has a day"),
        ({"outcome": "did_not", "on": None, "loss": 1.0}, "loss", "only what happened has cost"),
        ({"loss": -1.0}, "loss", "expected an amount from 0 on, found -1"),
        ({"loss": float("nan")}, "loss", "expected an amount"),
        ({"loss": 1e16}, "loss", "expected an amount"),
        ({"evidence": "  "}, "evidence", "say by what anybody can see it"),
        ({"evidence": "x" * 1001}, "evidence", "at most 1,000 characters, found 1,001"),
        ({"evidence": "a\x00b"}, "evidence", "control character"),
        ({"reason": "x" * 501}, "reason", "at most 500 characters"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(asked, given, place, message):
    refused = refusal(asked, **given)
    assert refused.place == place
    assert message in refused.message


def test_a_correction_stands_beside_what_it_corrects_with_its_reason(asked):
    did_not(asked)
    refused = refusal(asked, evidence="INC-82")
    assert refused.place == "reason"
    later = OVER + timedelta(days=3)
    resolve(
        "test",
        asked,
        outcome="happened",
        on=date(2027, 3, 30),
        evidence="INC-82",
        reason="It was found only in April",
        now=later,
    )
    assert list(asked.resolutions.values_list("outcome", "reason")) == [
        ("did_not", ""),
        ("happened", "It was found only in April"),
    ]
    assert newest_of(asked).outcome == "happened"
    detail = Entry.objects.get(action="resolution corrected").detail
    assert (detail["before"], detail["reason"]) == ("did_not", "It was found only in April")


def test_the_same_again_is_no_correction(asked):
    did_not(asked)
    with pytest.raises(Refused, match="stands there already"):
        resolve("test", asked, outcome="did_not", evidence="No record of it", reason="again", now=OVER)


def test_what_was_said_of_an_outcome_is_never_changed_nor_removed(asked):
    made = did_not(asked)
    for change in (
        lambda: Resolution.objects.filter(pk=made.pk).update(outcome="happened"),
        made.delete,
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


def test_forecasts_count_until_the_day_it_happened_is_over(asked):
    happened(asked, on=date(2027, 2, 10))
    found = outcomes()[asked.pk]
    assert found.counts(datetime(2027, 2, 10, 23, 59, tzinfo=UTC))
    assert not found.counts(datetime(2027, 2, 11, tzinfo=UTC))


def test_forecasts_after_the_period_or_after_somebody_said_what_came_of_it_do_not_count(asked):
    did_not(asked)
    found = outcomes()[asked.pk]
    assert found.counts(datetime(2027, 3, 31, 23, tzinfo=UTC))
    assert not found.counts(datetime(2027, 4, 1, tzinfo=UTC))
    other = scenario()
    resolve("test", other, outcome="happened", on=WITHIN.date(), evidence="INC-9", now=WITHIN)
    late = OVER - timedelta(days=30)
    resolve(
        "test",
        other,
        outcome="happened",
        on=date(2027, 2, 20),
        evidence="INC-9",
        reason="wrong day",
        now=late,
    )
    assert not outcomes()[other.pk].counts(WITHIN + timedelta(minutes=1))


def _every():
    return estimated(Scenario.objects.all())


def test_what_is_over_waits_for_its_judge_until_it_is_resolved(organisation):
    own, other = scenario(organisation.mia), scenario()
    assert unresolved(_every(), now=LAST_DAY) == []
    assert waiting_for(organisation.mia, _every(), now=OVER) == [own]
    # Where the judge has no account, whoever leads writes down what she says.
    assert waiting_for(organisation.max, _every(), now=OVER) == [other]
    assert waiting_for(organisation.vera, _every(), now=OVER) == []
    assert unresolved(_every(), now=OVER) == [own, other]
    did_not(own)
    assert waiting_for(organisation.mia, _every(), now=OVER) == []
