"""Two vulnerabilities that are one: suspected, merged, split and taken back; the clock follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import Http404
from tests.sources.scans.flagged import MONDAY, Flag, scan

from throughline.accounts.models import Team
from throughline.engine.refusals import Refused
from throughline.engine.triage import Pattern
from throughline.sources.models import Finding, Joining, Rekey
from throughline.sources.scans.joining import decide, merge, split, undecide, undo
from throughline.sources.scans.proof import differences
from throughline.vulnerabilities import bulk, rules
from throughline.vulnerabilities.actions import triage, undo_together
from throughline.vulnerabilities.actions import undo as untriage
from throughline.vulnerabilities.models import Vulnerability

pytestmark = pytest.mark.django_db

OLD, NEW, OTHER = Flag(file="src/pay.py"), Flag(file="lib/pay.py"), Flag(file="src/mail.py", rule="B105")
LATER = MONDAY + timedelta(weeks=3)


@pytest.fixture
def ada(django_user_model):
    return django_user_model.objects.create_user("ada@example.org", "Ada", role="manager")


@pytest.fixture(autouse=True)
def every_row_follows_from_its_history():
    yield
    assert list(bulk.unlike_their_history()) == []


@pytest.fixture
def renamed():
    """A file was moved: the scanner closes one finding after two scans and opens another."""
    scan(OLD, OTHER)
    for week in (1, 2):
        scan(NEW, OTHER, week=week)
    return Rekey.objects.get()


def by_file(file):
    return Vulnerability.objects.get(file=file)


def test_a_merged_re_key_is_open_since_it_was_first_known(ada, renamed):
    assert by_file("src/pay.py").mitigated_basis == "presumed"
    decide(ada, renamed.pk, same=True, now=LATER)
    kept, gone = by_file("src/pay.py"), by_file("lib/pay.py")
    assert (kept.identified_at, kept.mitigated_at, kept.state) == (MONDAY, None, "potential")
    assert (gone.state, gone.state_reason) == ("duplicate", f"the same as vulnerability {kept.pk}")
    assert gone.duplicate_of == kept


def test_after_a_merge_only_the_new_key_says_whether_it_is_there(ada, renamed):
    decide(ada, renamed.pk, same=True, now=LATER)
    assert scan(NEW, OTHER, week=4) == {"unchanged": 2}
    assert scan(OTHER, week=5) == {"unchanged": 1, "missed": 1}
    assert scan(OTHER, week=6) == {"unchanged": 1, "vanished": 1}
    kept = by_file("src/pay.py")
    assert (kept.mitigated_at, kept.mitigated_basis) == (MONDAY + timedelta(weeks=5), "presumed")


def test_a_merge_that_is_taken_back_leaves_everything_as_it_was(ada, renamed):
    before = list(
        Vulnerability.objects.order_by("id").values("state", "mitigated_at", "identified_at", "pinned")
    )
    decide(ada, renamed.pk, same=True, now=LATER)
    undecide(ada, renamed.pk, now=LATER + timedelta(hours=1))
    after = list(
        Vulnerability.objects.order_by("id").values("state", "mitigated_at", "identified_at", "pinned")
    )
    assert after == before
    assert Rekey.objects.get().decided == ""


def test_what_is_kept_apart_stays_apart_and_is_remembered(ada, renamed):
    decide(ada, renamed.pk, same=False, now=LATER)
    assert Rekey.objects.get().decided == "apart"
    assert by_file("lib/pay.py").state == "potential"
    with pytest.raises(Refused, match="decided already"):
        decide(ada, renamed.pk, same=True, now=LATER)


def test_two_sources_merged_by_hand_are_one_until_both_let_go(ada):
    scan(OLD)
    scan(replace(OLD, file="src/pay.py"), week=1, source="nightly")
    first, second = Vulnerability.objects.order_by("id")
    merge(ada, keep=first.pk, gone=second.pk, why="by hand", now=LATER)
    assert Finding.objects.filter(vulnerability=first).count() == 2
    for week in (4, 5):
        scan(OTHER, week=week, source="nightly")
    first.refresh_from_db()
    assert first.mitigated_at is None
    for week in (6, 7):
        scan(OTHER, week=week)
    first.refresh_from_db()
    assert (first.mitigated_at, first.mitigated_basis) == (MONDAY + timedelta(weeks=6), "presumed")


def test_a_split_gives_the_finding_a_vulnerability_of_its_own(ada):
    scan(OLD)
    scan(OLD, week=1, source="nightly")
    first, second = Vulnerability.objects.order_by("id")
    merge(ada, keep=first.pk, gone=second.pk, why="by hand", now=LATER)
    assert split(ada, Finding.objects.get(feed__name="nightly").pk, now=LATER) == second.pk
    second.refresh_from_db()
    assert second.state == "potential"
    with pytest.raises(Refused, match="only finding"):
        split(ada, Finding.objects.get(feed__name="nightly").pk, now=LATER)


def test_a_merge_can_be_undone_once(ada):
    scan(OLD)
    scan(OLD, week=1, source="nightly")
    first, second = Vulnerability.objects.order_by("id")
    merge(ada, keep=first.pk, gone=second.pk, why="by hand", now=LATER)
    joined = Joining.objects.get()
    assert undo(ada, joined.pk, now=LATER) == second.pk
    with pytest.raises(Http404):
        undo(ada, joined.pk, now=LATER)


def test_a_viewer_merges_nothing(django_user_model, renamed):
    vera = django_user_model.objects.create_user("vera@example.org", "Vera", role="viewer")
    with pytest.raises(Http404):
        decide(vera, renamed.pk, same=True, now=LATER)
    assert Rekey.objects.get().decided == ""


def test_a_vulnerability_is_not_merged_with_itself(ada):
    scan(OLD)
    only = Vulnerability.objects.get()
    with pytest.raises(Refused, match="name another one"):
        merge(ada, keep=only.pk, gone=only.pk, why="by hand", now=LATER)


def test_a_time_to_remediate_says_how_many_of_its_closings_may_be_re_keys(ada, renamed):
    from throughline.accounts.access import EVERYTHING, Scope
    from throughline.measures.queries import evaluate

    def warned(metric="time_to_remediate", scope=EVERYTHING):
        found = evaluate(metric, scope=scope, now=LATER)
        return [w.message for w in found.warnings if w.code == "suspected_rekeys"]

    assert warned() == [
        "Of 1 finding that Bandit saw no more, 1 (100%) has one much like it that came: it may not be "
        "repaired but known under another key. Decide about them under 'Suspected re-keys'."
    ]
    assert warned("arrivals") == []
    assert warned(scope=Scope(teams=frozenset(["Another team"]))) == []
    decide(ada, renamed.pk, same=False, now=LATER)
    assert warned() == []


def test_what_was_merged_into_another_takes_nothing_in_until_that_is_taken_back(ada):
    scan(OLD)
    scan(OLD, week=1, source="nightly")
    first, second = Vulnerability.objects.order_by("id")
    merge(ada, keep=first.pk, gone=second.pk, why="by hand", now=LATER)
    with pytest.raises(Refused, match=f"merged into vulnerability {first.pk}"):
        merge(ada, keep=second.pk, gone=first.pk, why="by hand", now=LATER)
    first.refresh_from_db()
    assert first.state == "potential"


def test_a_merge_that_another_built_on_is_taken_back_after_that_one_only(ada, renamed):
    scan(NEW, week=3, source="nightly")
    nightly = Vulnerability.objects.get(feed__name="nightly")
    decide(ada, renamed.pk, same=True, now=LATER)
    kept = renamed.before.vulnerability_id
    merge(ada, keep=nightly.pk, gone=kept, why="by hand", now=LATER + timedelta(hours=1))
    with pytest.raises(Refused, match=f"merged on into vulnerability {nightly.pk}"):
        undecide(ada, renamed.pk, now=LATER + timedelta(hours=2))
    undo(ada, Joining.objects.latest("joined_at").pk, now=LATER + timedelta(hours=2))
    undecide(ada, renamed.pk, now=LATER + timedelta(hours=3))
    assert by_file("src/pay.py").mitigated_basis == "presumed"
    assert Vulnerability.objects.filter(state="potential").count() == 4


def test_nothing_is_merged_into_what_a_person_called_a_duplicate(ada):
    scan(OLD, OTHER)
    kept, gone = by_file("src/pay.py"), by_file("src/mail.py")
    triage(ada, [kept.pk], "duplicate", reason="seen before", now=LATER)
    with pytest.raises(Refused, match="is a duplicate itself"):
        merge(ada, keep=kept.pk, gone=gone.pk, why="by hand", now=LATER)


def test_a_split_takes_a_re_key_back_and_the_old_key_counts_again(ada, renamed):
    decide(ada, renamed.pk, same=True, now=LATER)
    split(ada, renamed.after_id, now=LATER + timedelta(hours=1))
    renamed.refresh_from_db()
    assert renamed.decided == ""
    assert by_file("src/pay.py").mitigated_basis == "presumed"
    assert scan(OLD, NEW, OTHER, week=4) == {"unchanged": 2, "updated": 1}
    assert by_file("src/pay.py").mitigated_at is None


def test_of_two_re_keys_in_a_row_the_later_one_is_taken_back_first(ada, renamed):
    decide(ada, renamed.pk, same=True, now=LATER)
    for week in (4, 5):
        scan(replace(NEW, file="app/pay.py"), OTHER, week=week)
    later = Rekey.objects.latest("id")
    decide(ada, later.pk, same=True, now=MONDAY + timedelta(weeks=6))
    with pytest.raises(Refused, match="changed again since"):
        undecide(ada, renamed.pk, now=MONDAY + timedelta(weeks=7))
    undecide(ada, later.pk, now=MONDAY + timedelta(weeks=7))
    undecide(ada, renamed.pk, now=MONDAY + timedelta(weeks=8))
    assert by_file("src/pay.py").mitigated_basis == "presumed"
    assert by_file("lib/pay.py").mitigated_basis == "presumed"
    assert by_file("app/pay.py").mitigated_at is None


def test_what_a_person_decided_after_a_merge_stands_when_that_is_taken_back(ada):
    scan(OLD, OTHER)
    kept, gone = by_file("src/pay.py"), by_file("src/mail.py")
    [joined] = merge(ada, keep=kept.pk, gone=gone.pk, why="by hand", now=LATER)
    triage(ada, [gone.pk], "confirmed", now=LATER + timedelta(hours=1))
    undo(ada, joined.pk, now=LATER + timedelta(hours=2))
    gone.refresh_from_db()
    assert (gone.state, "state" in gone.pinned) == ("confirmed", True)


def test_what_a_rule_decided_stays_fixed_over_a_merge_that_is_taken_back(ada):
    scan(OLD, OTHER)
    kept, gone = by_file("src/pay.py"), by_file("src/mail.py")
    terms = rules.Terms("Mails", Pattern(rule="B105"), "false positive", "not ours")
    rules.apply(ada, rules.save(ada, terms, now=LATER), now=LATER)
    [joined] = merge(ada, keep=kept.pk, gone=gone.pk, why="by hand", now=LATER)
    undo(ada, joined.pk, now=LATER + timedelta(hours=2))
    gone.refresh_from_db()
    assert (gone.state, "state" in gone.pinned) == ("false positive", True)


def test_nobody_splits_off_what_another_team_gets_back(ada, django_user_model):
    scan(OLD, OTHER)
    kept, gone = by_file("src/pay.py"), by_file("src/mail.py")
    ours, theirs = (Team.objects.create(name=name) for name in ("Ours", "Theirs"))
    Vulnerability.objects.filter(pk=kept.pk).update(team=ours)
    Vulnerability.objects.filter(pk=gone.pk).update(team=theirs)
    [joined] = merge(ada, keep=kept.pk, gone=gone.pk, why="by hand", now=LATER)
    eve = django_user_model.objects.create_user("eve@example.org", "Eve", role="member")
    eve.teams.add(ours)
    with pytest.raises(Http404):
        split(eve, joined.finding_id, now=LATER + timedelta(hours=1))
    Vulnerability.objects.update(team=None)


def test_what_stays_after_a_split_is_gone_where_its_last_finding_is(ada):
    scan(OLD, OTHER)
    scan(OLD, source="nightly")
    kept, gone = Vulnerability.objects.filter(file="src/pay.py").order_by("id")
    own = kept.findings.get()
    merge(ada, keep=kept.pk, gone=gone.pk, why="by hand", now=MONDAY + timedelta(days=1))
    for week in (1, 2):
        scan(replace(OLD, file="else.py"), week=week, source="nightly")
    split(ada, own.pk, now=LATER)
    kept.refresh_from_db()
    assert kept.mitigated_basis == "presumed"
    assert list(differences()) == []


def test_a_decision_from_before_a_merge_is_taken_back_after_the_merge_only(ada):
    scan(OLD, OTHER)
    kept, gone = by_file("src/pay.py"), by_file("src/mail.py")
    triage(ada, [gone.pk], "accepted", reason="small", now=LATER)
    [joined] = merge(ada, keep=kept.pk, gone=gone.pk, why="by hand", now=LATER + timedelta(hours=1))
    with pytest.raises(Refused, match="was merged into another since"):
        untriage(ada, [gone.pk], now=LATER + timedelta(hours=2))
    with pytest.raises(Refused, match="nothing to take back"):
        undo_together(ada, at=LATER, after=0, now=LATER + timedelta(hours=2))
    undo(ada, joined.pk, now=LATER + timedelta(hours=3))
    untriage(ada, [gone.pk], now=LATER + timedelta(hours=4))
    gone.refresh_from_db()
    assert gone.state == "potential"


def test_a_decision_outlives_a_merge_into_what_nobody_decided_about(ada):
    scan(OLD, OTHER)
    kept, gone = by_file("src/pay.py"), by_file("src/mail.py")
    triage(ada, [gone.pk], "accepted", reason="small", until=LATER + timedelta(weeks=9), now=LATER)
    gone.refresh_from_db()
    [joined] = merge(ada, keep=kept.pk, gone=gone.pk, why="by hand", now=LATER + timedelta(hours=1))
    kept.refresh_from_db()
    assert (kept.state, kept.state_reason, kept.accepted_until) == ("accepted", "small", gone.accepted_until)
    assert (kept.triaged_at, "state" in kept.pinned) == (LATER, True)
    undo(ada, joined.pk, now=LATER + timedelta(hours=2))
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.state, kept.state_reason, kept.triaged_at, kept.pinned) == ("potential", "", None, [])
    assert (gone.state, gone.state_reason, "state" in gone.pinned) == ("accepted", "small", True)


def test_of_two_decisions_that_of_the_one_which_stays_holds(ada):
    scan(OLD, OTHER)
    kept, gone = by_file("src/pay.py"), by_file("src/mail.py")
    triage(ada, [kept.pk], "confirmed", now=LATER)
    triage(ada, [gone.pk], "false positive", reason="a constant", now=LATER)
    merge(ada, keep=kept.pk, gone=gone.pk, why="by hand", now=LATER + timedelta(hours=1))
    kept.refresh_from_db()
    assert (kept.state, kept.state_reason) == ("confirmed", "")


def test_what_a_person_decided_about_the_one_that_stays_stands_when_a_merge_is_taken_back(ada):
    scan(OLD, OTHER)
    kept, gone = by_file("src/pay.py"), by_file("src/mail.py")
    triage(ada, [gone.pk], "accepted", reason="small", now=LATER)
    [joined] = merge(ada, keep=kept.pk, gone=gone.pk, why="by hand", now=LATER + timedelta(hours=1))
    triage(ada, [kept.pk], "confirmed", now=LATER + timedelta(hours=2))
    undo(ada, joined.pk, now=LATER + timedelta(hours=3))
    kept.refresh_from_db()
    assert (kept.state, "state" in kept.pinned) == ("confirmed", True)
    untriage(ada, [kept.pk], now=LATER + timedelta(hours=4))


def test_a_decision_that_came_with_a_merge_is_not_undone_as_a_decision_of_its_own(ada):
    scan(OLD, OTHER)
    kept, gone = by_file("src/pay.py"), by_file("src/mail.py")
    triage(ada, [gone.pk], "accepted", reason="small", now=LATER)
    merge(ada, keep=kept.pk, gone=gone.pk, why="by hand", now=LATER + timedelta(hours=1))
    with pytest.raises(Refused, match="no decision to take back"):
        untriage(ada, [kept.pk], now=LATER + timedelta(hours=2))


def test_a_decision_that_came_with_a_merge_outlives_every_later_report(ada):
    scan(OLD, OTHER)
    kept, gone = by_file("src/pay.py"), by_file("src/mail.py")
    triage(ada, [gone.pk], "false positive", reason="a constant", now=LATER)
    merge(ada, keep=kept.pk, gone=gone.pk, why="by hand", now=LATER + timedelta(hours=1))
    scan(replace(OLD, severity="LOW"), OTHER, week=4)
    kept.refresh_from_db()
    assert (kept.state, kept.severity) == ("false positive", 1)
