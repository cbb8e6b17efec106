"""What an import does to the record and to its history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.files import NOW, stream

from throughline.engine.refusals import Refused
from throughline.engine.vulnerabilities import fold
from throughline.sources import actions
from throughline.sources.models import Feed, Import
from throughline.sources.rows import BadRows
from throughline.sources.wishes import Wish
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.models import Attribute, Event, Service, Vulnerability

pytestmark = pytest.mark.django_db


def imported(text, *, name="register.csv", now=NOW, **wish):
    return actions.import_file(stream(text), name=name, wish=Wish(**wish), actor="command line", now=now)


def counts(text, **wish):
    found = imported(text, **wish).counts
    return tuple(found[name] for name in ("created", "updated", "unchanged", "vanished"))


def known(key, day):
    """What was known of a record at the end of a day."""
    record = Vulnerability.objects.get(key=key)
    instant = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(hours=23)
    return fold(bulk.histories([record.pk])[record.pk], known_at=instant)


def no_row_differs_from_its_history():
    return list(bulk.unlike_their_history()) == []


REGISTER = "id,title,severity,identified\nA,first,high,2024-01-01\nB,second,low,2024-02-01\n"


def test_an_import_stores_records_with_the_events_that_made_them():
    assert counts(REGISTER) == (2, 0, 0, 0)
    record = Vulnerability.objects.get(key="A")
    assert (record.title, record.severity, record.state, record.source) == (
        "first",
        3,
        "confirmed",
        "register",
    )
    assert (record.identified_at, record.identified_basis) == (datetime(2024, 1, 1, tzinfo=UTC), "reported")
    event = record.events.get()
    assert (event.action, event.known_at, event.actor) == (
        "created",
        NOW,
        f"import:{Import.objects.get().pk}",
    )
    assert event.changes["severity"] == [None, 3]
    assert no_row_differs_from_its_history()


def test_a_repeated_import_changes_nothing():
    imported(REGISTER)
    assert counts(REGISTER, now=NOW + timedelta(days=1)) == (0, 0, 2, 0)
    assert Event.objects.count() == 2


def test_a_changed_value_is_an_event_with_old_and_new():
    imported(REGISTER)
    later = NOW + timedelta(days=1)
    assert counts(REGISTER.replace("high", "critical"), now=later) == (0, 1, 1, 0)
    event = Event.objects.get(action="changed")
    assert (event.changes, event.known_at) == ({"severity": [3, 4]}, later)
    assert no_row_differs_from_its_history()


def test_a_retracted_value_is_cleared():
    imported(REGISTER)
    imported(REGISTER.replace("2024-01-01", ""), now=NOW + timedelta(days=1))
    assert Vulnerability.objects.get(key="A").identified_at is None
    assert known("A", "2026-11-21")["identified_at"] == "2024-01-01T00:00:00Z"
    assert no_row_differs_from_its_history()


def test_a_column_that_is_missing_retracts_nothing():
    imported(REGISTER)
    imported("id,title,extra\nA,renamed,7\n", now=NOW + timedelta(days=1))
    record = Vulnerability.objects.get(key="A")
    assert (record.title, record.severity, record.attributes) == ("renamed", 3, {"extra": 7})
    imported("id,other\nA,8\n", now=NOW + timedelta(days=2))
    assert Vulnerability.objects.get(key="A").attributes == {"extra": 7, "other": 8}


def test_nothing_vanishes_without_full():
    imported(REGISTER)
    assert counts("id,title\nA,first\n", now=NOW + timedelta(days=1))[3] == 0
    assert Vulnerability.objects.get(key="B").vanished_at is None


def test_with_full_a_missing_row_vanishes_and_may_return():
    imported(REGISTER)
    gone, back = NOW + timedelta(days=1), NOW + timedelta(days=2)
    assert counts(REGISTER.rsplit("B", 1)[0], full=True, now=gone) == (0, 0, 1, 1)
    assert Vulnerability.objects.get(key="B").vanished_at == gone
    assert counts(REGISTER, full=True, now=back) == (0, 1, 1, 0)
    assert Vulnerability.objects.get(key="B").vanished_at is None
    assert list(Event.objects.filter(vulnerability__key="B").values_list("action", flat=True)) == [
        "created",
        "vanished",
        "returned",
    ]
    assert no_row_differs_from_its_history()


def test_absence_is_judged_inside_one_source_and_scope():
    imported(REGISTER, source="scanner", scope="web")
    imported("id\nZ\n", source="scanner", scope="api", full=True)
    imported("id\nZ\n", source="other", full=True)
    assert Vulnerability.objects.filter(vanished_at__isnull=False).count() == 0
    assert Feed.objects.count() == 3


def test_a_full_listing_of_nothing_is_refused():
    imported(REGISTER)
    with pytest.raises(Refused, match="every record of its source would vanish"):
        imported("id,title\n", full=True)
    with pytest.raises(Refused, match="it names columns and holds no row"):
        imported("id,title\n")
    assert counts("id,title\n", format="csv") == (0, 0, 0, 0)


def test_as_of_records_when_it_was_known():
    imported(REGISTER, as_of="2024-03-01")
    imported(REGISTER.replace("high", "low"), as_of="2024-06-01")
    assert known("A", "2024-02-28") == {}
    assert known("A", "2024-05-31")["severity"] == 3
    assert known("A", "2024-06-01")["severity"] == 1


def test_an_earlier_listing_that_comes_late_changes_the_past_and_not_the_present():
    imported(REGISTER.replace("high", "critical"), as_of="2024-06-01")
    assert counts(REGISTER, as_of="2024-03-01") == (0, 2, 0, 0)
    assert known("A", "2024-04-01")["severity"] == 3
    assert known("A", "2024-06-01")["severity"] == 4
    assert Vulnerability.objects.get(key="A").severity == 4
    assert counts(REGISTER, as_of="2024-03-01") == (0, 0, 2, 0)
    assert no_row_differs_from_its_history()


def test_a_row_missing_from_an_earlier_full_listing_was_absent_then_only():
    imported(REGISTER, as_of="2024-01-01")
    imported(REGISTER, as_of="2024-12-01")
    assert counts(REGISTER.rsplit("B", 1)[0], as_of="2024-06-01", full=True) == (0, 0, 1, 1)
    assert "vanished_at" in known("B", "2024-07-01")
    assert "vanished_at" not in known("B", "2024-12-01")
    assert Vulnerability.objects.get(key="B").vanished_at is None
    assert no_row_differs_from_its_history()


def test_saying_the_same_again_counts_as_knowledge():
    imported(REGISTER, as_of="2024-01-01")
    imported(REGISTER, as_of="2024-12-01")
    imported(REGISTER.replace("high", "info"), as_of="2024-06-01")
    assert known("A", "2024-07-01")["severity"] == 0
    assert Vulnerability.objects.get(key="A").severity == 3


def test_an_as_of_column_makes_one_listing_of_each_instant():
    text = "as_of,id,severity\n2024-02-01,A,high\n2024-01-01,A,low\n2024-01-01,B,low\n"
    result = imported(text, as_of_column="as_of", full=True)
    assert (result.counts["created"], result.counts["updated"], result.counts["vanished"]) == (2, 1, 1)
    assert result.as_of == ("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z")
    assert known("A", "2024-01-15")["severity"] == 1
    assert known("A", "2024-02-01")["severity"] == 3
    assert "vanished_at" in known("B", "2024-02-01")
    assert sum(counts(text, as_of_column="as_of", full=True)[:2]) == 0
    assert no_row_differs_from_its_history()


def test_the_order_of_listings_does_not_matter(shared_data):
    """Dated snapshots one file at a time, newest first, give the history of all at once."""
    import csv
    import io

    rows = list(csv.reader((shared_data / "curl_snapshots.csv").open(newline="")))
    days = sorted({row[0] for row in rows[1:]}, reverse=True)
    maps = {"introduced_at": "introduced_release_at", "mitigated_at": "announced_at"}
    whole = (shared_data / "curl_snapshots.csv").read_bytes()
    imported(whole, source="whole", as_of_column="as_of", full=True, maps=maps)
    for day in days:
        text = io.StringIO()
        csv.writer(text).writerows([rows[0], *(row for row in rows[1:] if row[0] == day)])
        imported(text.getvalue(), source="parts", as_of_column="as_of", full=True, maps=maps)
    for day in days:
        assert _listing("whole", day) == _listing("parts", day)
    assert no_row_differs_from_its_history()


def _listing(source, day):
    records = dict(Vulnerability.objects.filter(feed__name=source).values_list("pk", "key"))
    instant = datetime.fromisoformat(day).replace(tzinfo=UTC)
    folded = {records[id]: fold(past, known_at=instant) for id, past in bulk.histories(list(records)).items()}
    return {
        key: {name: value for name, value in values.items() if name != "source"}
        for key, values in folded.items()
        if values and "vanished_at" not in values
    }


listing = st.dictionaries(st.sampled_from("ABC"), st.sampled_from(["low", "high", ""]), min_size=1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(listing, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_complete_listings_in_any_order_make_each_day_what_its_listing_said(db, said, chance):
    source = f"law-{Feed.objects.count()}"
    days = [(f"2024-01-{number + 1:02}", each) for number, each in enumerate(said)]
    in_order = chance.sample(days, len(days))
    for day, each in in_order:
        text = "id,severity\n" + "".join(f"{key},{severity}\n" for key, severity in each.items())
        imported(text, source=source, as_of=day, full=True)
    for day, each in days:
        known_then = {key: values.get("severity") for key, values in _listing(source, day).items()}
        assert known_then == {key: {"low": 1, "high": 3, "": None}[word] for key, word in each.items()}
    assert no_row_differs_from_its_history()


def test_a_refused_file_stores_nothing():
    with pytest.raises(BadRows) as refused:
        imported(REGISTER + "C,third,hihg,2024-01-01\n")
    assert refused.value.problems[0].line == 4
    assert (Vulnerability.objects.count(), Import.objects.count(), Attribute.objects.count()) == (0, 0, 0)


def test_a_refused_listing_of_several_stores_none_of_them():
    text = "as_of,id,severity\n2024-01-01,A,low\n2024-02-01,A,hihg\n"
    with pytest.raises(BadRows):
        imported(text, as_of_column="as_of")
    assert Vulnerability.objects.count() == 0


def test_what_a_person_decided_is_not_overwritten(organisation):
    from throughline.vulnerabilities.actions import triage

    imported("id,state,severity,team\nA,confirmed,low,Payments\n")
    record = Vulnerability.objects.get()
    triage(organisation.mia, [record.pk], "false positive", reason="test data", now=NOW)
    imported("id,state,severity,team\nA,confirmed,high,Payments\n", now=NOW + timedelta(days=1))
    record.refresh_from_db()
    assert (record.state, record.severity) == ("false positive", 3)
    assert no_row_differs_from_its_history()


def test_a_services_owner_gives_the_team_where_the_row_names_none():
    from throughline.accounts.models import Team

    Service.objects.create(name="web", team=Team.objects.create(name="Payments"))
    result = imported("id,service,team\nA,web,\nB,web,Search\nC,api,\n")
    teams = {r.key: r.team and r.team.name for r in Vulnerability.objects.select_related("team")}
    assert teams == {"A": "Payments", "B": "Search", "C": None}
    assert (result.new_services, result.new_teams) == (("api",), ("Search",))


def test_an_accepted_risk_is_dated_by_knowledge_and_keeps_its_date():
    imported("id,state\nA,wontfix\n", as_of="2024-01-01")
    imported("id,state,severity\nA,wontfix,low\n", as_of="2024-06-01")
    assert Vulnerability.objects.get().accepted_at == datetime(2024, 1, 1, tzinfo=UTC)


def test_an_attribute_whose_values_change_kind_becomes_text_with_a_notice():
    imported("id,effort\nA,3\n")
    result = imported("id,effort\nA,large\n", now=NOW + timedelta(days=1))
    assert Attribute.objects.get().type == "text"
    assert "attribute 'effort' was a number" in result.notices[0]
    assert Vulnerability.objects.get().attributes == {"effort": "large"}


def test_a_mapping_that_was_said_is_remembered_for_the_source():
    imported("id,Risk,when\nA,high,2024-01-01\n", maps={"identified_at": "when"})
    result = imported("id,Risk,when\nB,high,2024-01-02\n", now=NOW + timedelta(days=1))
    assert result.reading.maps["identified_at"] == "when"
    assert "identified=when" in result.notices[0]


def test_another_writer_in_between_is_noticed_and_the_comparison_done_again():
    imported(REGISTER)
    raced = []

    def progress(done, total, message):
        if message == "writing" and not raced:
            raced.append(True)
            imported(REGISTER.replace("high", "info"), now=NOW + timedelta(hours=1))

    changed = REGISTER.replace("high", "critical")
    result = actions.import_file(
        stream(changed),
        name="register.csv",
        wish=Wish(),
        actor="command line",
        now=NOW + timedelta(hours=2),
        progress=progress,
    )
    assert result.counts["updated"] == 1
    last = Event.objects.order_by("-id").first()
    assert last.changes == {"severity": [0, 4]}
    assert no_row_differs_from_its_history()


def test_every_import_leaves_an_audit_entry():
    from throughline.audit.models import Entry

    imported(REGISTER)
    entry = Entry.objects.get(action="import")
    assert (entry.actor, entry.detail["created"]) == ("command line", 2)
