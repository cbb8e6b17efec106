"""Imports as of a time before a person's decision: the past changes, the decision and its history stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.files import NOW, stream

from throughline.accounts.models import Team
from throughline.engine.vulnerabilities import fold
from throughline.sources.actions import import_file
from throughline.sources.models import Feed
from throughline.sources.wishes import Wish
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.actions import triage, undo
from throughline.vulnerabilities.models import Service, Vulnerability
from throughline.vulnerabilities.services import assign_service

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def imported(text, *, source="register", now=NOW, **wish):
    wish = Wish(source=source, **wish)
    return import_file(stream(text), name="register.csv", wish=wish, actor="command line", now=now).counts


def differing():
    return list(bulk.unlike_their_history())


def known(record, day):
    instant = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return fold(bulk.histories([record.pk])[record.pk], known_at=instant)


def only():
    return Vulnerability.objects.select_related("team").get()


def test_a_state_said_before_a_decision_that_was_taken_back_leaves_row_and_history_alike(organisation):
    imported("id,state,severity\nA,confirmed,low\n", as_of="2026-01-01")
    triage(organisation.max, [only().pk], "false positive", reason="x", now=NOW)
    undo(organisation.max, [only().pk], now=LATER)
    imported("id,state,severity\nA,duplicate,high\n", as_of="2026-06-01", now=LATER)
    assert differing() == []
    assert (known(only(), "2026-07-01")["state"], only().severity) == ("duplicate", 3)


def test_a_team_said_before_the_service_was_handed_over_stays_in_the_past(organisation):
    payments, search = (Team.objects.get(name=name) for name in ("Payments", "Search"))
    service = Service.objects.create(name="web", team=payments)
    imported("id,service,severity\nA,web,low\n", as_of="2026-01-01")
    assign_service("test", service, team=search, tier=None, now=NOW)
    imported("id,service,severity,team\nA,web,high,Web\n", as_of="2026-06-01", now=LATER)
    assert differing() == []
    assert (known(only(), "2026-07-01")["team"], only().team, only().severity) == ("Web", search, 3)


def test_a_late_row_without_a_team_keeps_the_owner_of_its_time(organisation):
    payments, search = (Team.objects.get(name=name) for name in ("Payments", "Search"))
    service = Service.objects.create(name="web", team=payments)
    imported("id,service,severity\nA,web,low\n", as_of="2026-01-01")
    assign_service("test", service, team=search, tier=None, now=NOW)
    imported("id,service,severity\nA,web,high\n", as_of="2026-06-01", now=LATER)
    assert (known(only(), "2026-07-01")["team"], only().team) == ("Payments", search)


def test_what_was_said_again_before_a_decision_still_counts_as_knowledge(organisation):
    imported("id,severity,note\nA,low,1\n", as_of="2026-01-01")
    triage(organisation.max, [only().pk], "confirmed", now=NOW)
    imported("id,severity\nA,low\n", as_of="2026-06-01", now=LATER)
    imported("id,severity\nA,high\n", as_of="2026-03-01", now=LATER)
    assert (known(only(), "2026-04-01")["severity"], only().severity) == (3, 1)
    assert differing() == []


def test_a_record_that_was_missing_before_a_decision_is_gone_from_then_on(organisation):
    imported("id,state\nA,confirmed\nB,confirmed\n", as_of="2026-01-01", full=True)
    record = Vulnerability.objects.get(key="A")
    triage(organisation.max, [record.pk], "accepted", reason="x", now=NOW)
    undo(organisation.max, [record.pk], now=LATER)
    imported("id,state\nB,duplicate\n", as_of="2026-06-01", full=True, now=LATER)
    assert differing() == []
    assert "vanished_at" in known(record, "2026-07-01")


ROW = st.tuples(
    st.sampled_from(["low", "high", ""]),
    st.sampled_from(["confirmed", "duplicate"]),
    st.sampled_from(["", "Payments", "Web"]),
)
LISTING = st.dictionaries(st.sampled_from("ABC"), ROW, min_size=1)
# People decide one after another, also from one example to the next.
MINUTES = count()
DEED = st.sampled_from(["false positive", "confirmed", "undo", "Payments", "Search", "nobody"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(LISTING, min_size=1, max_size=4),
    st.lists(DEED, max_size=5),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_listings_and_decisions_in_any_order_leave_every_row_like_its_history(
    organisation, said, deeds, full, chance
):
    source = f"law-{Feed.objects.count()}"
    steps = [*enumerate(said, start=1), *[(0, deed) for deed in deeds]]
    for day, what in chance.sample(steps, len(steps)):
        now = NOW + timedelta(minutes=next(MINUTES))
        if day:
            imported(
                csv_of(what, service=source), source=source, as_of=f"2024-01-{day:02}", full=full, now=now
            )
        else:
            decide(what, source, organisation.max, now)
        assert differing() == []
    if full:
        severities_are_those_listed(source, said)


def csv_of(listing, *, service):
    rows = [f"{key},{service},{','.join(row)}\n" for key, row in listing.items()]
    return "id,service,severity,state,team\n" + "".join(rows)


def decide(deed, source, person, now):
    records = Vulnerability.objects.filter(feed__name=source).order_by("key")
    one = [record.pk for record in records[:1]]
    if deed in ("Payments", "Search", "nobody"):
        service, _ = Service.objects.get_or_create(name=source)
        assign_service("test", service, team=Team.objects.filter(name=deed).first(), tier=None, now=now)
    elif deed != "undo":
        triage(person, one, deed, reason="x", now=now)
    elif one and records[0].pinned:
        undo(person, one, now=now)


def severities_are_those_listed(source, said):
    records = dict(Vulnerability.objects.filter(feed__name=source).values_list("pk", "key"))
    histories = bulk.histories(list(records))
    for day, listing in enumerate(said, start=1):
        instant = datetime(2024, 1, day, tzinfo=UTC)
        then = {records[id]: fold(past, known_at=instant) for id, past in histories.items()}
        listed = {key: v.get("severity") for key, v in then.items() if v and "vanished_at" not in v}
        assert listed == {key: {"low": 1, "high": 3, "": None}[row[0]] for key, row in listing.items()}
