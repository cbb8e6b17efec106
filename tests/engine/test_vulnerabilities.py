"""The fold of a history, its versions, and knowledge that comes out of order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.vulnerabilities import (
    Change,
    Version,
    diff,
    fold,
    in_order,
    insertion,
    status,
    versions,
)

DAY = datetime(2024, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return DAY + timedelta(days=number)


values = st.dictionaries(
    st.sampled_from("abcd"), st.sampled_from([None, "", 0, 1, 2, "x", [], [1]]), max_size=4
)
instants = st.integers(0, 6).map(day)


def history(assertions: list[tuple[datetime, dict[str, object]]]) -> list[Change]:
    """Events as imports in time order would write them."""
    events: list[Change] = []
    for number, (instant, new) in enumerate(sorted(assertions, key=lambda pair: pair[0]), start=1):
        changes = diff(fold(events), new)
        if changes:
            events.append(Change(instant, number, changes))
    return events


def with_insertion(events: list[Change], added: list) -> list[Change]:
    return [*events, *(Change(at, 100 + n, changes) for n, (at, changes) in enumerate(added))]


def said(values: dict[str, object]) -> dict[str, object]:
    return fold([Change(DAY, 1, diff({}, values))])


def test_events_apply_in_the_order_of_knowledge_not_of_writing():
    late, early = Change(day(2), 1, {"severity": [1, 3]}), Change(day(1), 2, {"severity": [None, 1]})
    assert fold([late, early]) == {"severity": 3}


def test_events_of_one_instant_apply_in_the_order_of_writing():
    assert fold([Change(DAY, 2, {"cwe": ["a", "b"]}), Change(DAY, 1, {"cwe": [None, "a"]})]) == {"cwe": "b"}


def test_a_cleared_field_is_absent_and_zero_is_not():
    events = [
        Change(day(0), 1, {"line": [None, 0], "cwe": [None, "CWE-1"]}),
        Change(day(1), 2, {"cwe": ["CWE-1", ""]}),
    ]
    assert fold(events) == {"line": 0}


def test_a_version_lasts_until_the_next_instant_of_knowledge():
    events = [
        Change(day(0), 1, {"severity": [None, 1]}),
        Change(day(0), 2, {"cwe": [None, "CWE-79"]}),
        Change(day(3), 3, {"severity": [1, 4]}),
    ]
    assert versions(events) == [
        Version(day(0), day(3), {"severity": 1, "cwe": "CWE-79"}),
        Version(day(3), None, {"severity": 4, "cwe": "CWE-79"}),
    ]


def test_what_is_known_at_an_instant_includes_its_own_events():
    events = [Change(day(1), 1, {"cwe": [None, "CWE-79"]})]
    assert fold(events, known_at=day(1)) == {"cwe": "CWE-79"}
    assert fold(events, known_at=day(0)) == {}


@given(values, values)
def test_a_diff_leads_from_old_to_new(old, new):
    events = [Change(day(0), 1, diff({}, old)), Change(day(1), 2, diff(said(old), new))]
    assert fold(events) == said(new)


@given(values)
def test_nothing_differs_from_itself(same):
    assert diff(same, same) == {}


@given(st.lists(st.tuples(instants, values), max_size=6))
def test_versions_cover_time_without_gap_and_end_in_the_fold(assertions):
    events = history(assertions)
    found = versions(events)
    assert [version.known_to for version in found[:-1]] == [version.known_from for version in found[1:]]
    assert (found[-1].values if found else {}) == fold(events)
    for version in found:
        assert fold(events, known_at=version.known_from) == version.values


@given(st.lists(st.tuples(instants, values), min_size=1, max_size=5), instants, values)
def test_earlier_knowledge_is_inserted_and_the_later_history_stays(assertions, instant, new):
    events = history(assertions)
    asserted_at = max(pair[0] for pair in assertions)
    after = with_insertion(events, insertion(events, new, known_at=instant, asserted_at=asserted_at))
    assert fold(after, known_at=instant) == said(new)
    if asserted_at > instant:
        assert fold(after) == fold(events)


@given(st.lists(st.tuples(instants, values), min_size=1, max_size=5), instants, values)
def test_the_same_earlier_knowledge_twice_adds_nothing(assertions, instant, new):
    events = history(assertions)
    asserted_at = max(instant, max(pair[0] for pair in assertions))
    after = with_insertion(events, insertion(events, new, known_at=instant, asserted_at=asserted_at))
    assert insertion(in_order(after), new, known_at=instant, asserted_at=asserted_at) == []


def test_a_decision_of_a_person_is_no_assertion_of_the_other_fields():
    events = [
        Change(day(0), 1, {"severity": [None, 1]}),
        Change(day(5), 2, {"state": ["confirmed", "accepted"]}, asserts=False),
    ]
    added = insertion(events, {"severity": 4}, known_at=day(2), asserted_at=day(0))
    assert added == [(day(2), {"severity": [1, 4]})]


def test_a_record_is_absent_from_a_later_listing_that_did_not_know_it():
    gone = "2024-01-04T00:00:00Z"
    added = insertion([], {"severity": 4}, known_at=day(1), asserted_at=day(1), listed_at=day(3))
    assert added == [(day(1), {"severity": [None, 4]}), (day(3), {"vanished_at": [None, gone]})]
    events = [Change(day(5), 1, {"cwe": [None, "CWE-79"]})]
    added = insertion(events, {"severity": 4}, known_at=day(1), asserted_at=day(5), listed_at=day(3))
    after = with_insertion(events, added)
    assert fold(after, known_at=day(3)) == {"severity": 4, "vanished_at": gone}
    assert fold(after) == {"cwe": "CWE-79"}


def test_a_later_listing_that_knew_the_record_restores_what_it_knew():
    events = [Change(day(0), 1, {"severity": [None, 1]})]
    added = insertion(events, {"severity": 4}, known_at=day(1), asserted_at=day(9), listed_at=day(3))
    assert added == [(day(1), {"severity": [1, 4]}), (day(3), {"severity": [4, 1]})]


def test_status_follows_state_and_dates():
    at = "2024-06-01T00:00:00Z"
    assert status({"state": "false positive", "mitigated_at": "2024-01-01T00:00:00Z"}, at=at) == "rejected"
    assert status({"state": "confirmed", "mitigated_at": at}, at=at) == "mitigated"
    assert status({"state": "confirmed", "mitigated_at": "2024-06-01T00:00:01Z"}, at=at) == "open"
    assert status({"state": "confirmed", "mitigated_at": "2024-06-01T00:00:00.500000Z"}, at=at) == "open"
    assert status({"state": "accepted"}, at=at) == "accepted"
    assert status({"state": "accepted", "accepted_until": "2024-05-31T00:00:00Z"}, at=at) == "open"
