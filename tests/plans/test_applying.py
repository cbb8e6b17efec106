"""Applying a plan: what changes, what stays, what is refused, and what the audit record says of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.objectives.register import arrivals
from tests.plans.documents import HEAD, QUARTER
from tests.sketches import into_force

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives import efforts, items
from throughline.objectives.models import (
    Counterpart,
    Cycle,
    Edge,
    Effect,
    Goal,
    Initiative,
    KeyResult,
    LongTermObjective,
    Objective,
)
from throughline.objectives.versions import current_version
from throughline.plans import queries
from throughline.plans.actions import Applied, Wish, apply
from throughline.plans.format.meaning import understood
from throughline.plans.format.problems import Problems
from throughline.series.models import Series

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def applied(written: str, **wish) -> Applied:
    plan = understood({"plan.yaml": written.encode()}, queries.known())
    return apply(plan, "test", wish=Wish(**wish), now=NOW)


def said(found: Applied) -> list[str]:
    return [f"{each.action} {each.name} {' '.join(sorted(each.new))}".strip() for each in found.changes]


def refused(written: str, **wish) -> list[str]:
    with pytest.raises(Problems) as problems:
        applied(written, **wish)
    return [str(each) for each in problems.value.found]


@pytest.fixture
def quarter(db) -> None:
    applied(QUARTER)


@pytest.fixture
def in_force(quarter) -> None:
    arrivals(5)
    for each in KeyResult.objects.all():
        into_force(each, "test", now=NOW)
    Cycle.objects.update(state="set")


def test_a_plan_makes_all_that_it_says(quarter):
    fewer = KeyResult.objects.get(key="fewer")
    assert (fewer.objective.key, fewer.sketch["target"]) == ("repair-first", "20")
    edges = {(each.from_kind, each.to_kind, each.kind) for each in Edge.objects.all()}
    assert edges == {
        ("long_term_objective", "goal", "contributes"),
        ("objective", "long_term_objective", "contributes"),
        ("key_result", "objective", "balances"),
        ("initiative", "objective", "contributes"),
    }
    effect, work = Effect.objects.get(), Initiative.objects.get()
    assert (effect.low, effect.high, effect.confidence) == (-8, -3, 0.7)
    assert [each.name for each in work.assignments.all()] == ["Ada", "A contractor"]
    half = Counterpart.objects.get()
    assert (half.team.name, half.due, half.required) == ("Search", date(2027, 2, 28), True)


def test_each_action_and_the_whole_are_in_the_audit_record(quarter):
    actions = list(Entry.objects.order_by("id").values_list("action", flat=True))
    assert {"company goal added", "key result sketched", "joined", "effect expected"} <= set(actions)
    assert actions[-1] == "plan applied"
    assert "goal:trust added" in Entry.objects.latest("id").detail["items"]


def test_a_second_apply_changes_nothing_and_leaves_no_entry(quarter):
    before = Entry.objects.count()
    assert applied(QUARTER).changes == []
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("Win the trust of", "Earn the trust of", "change goal:trust title"),
        ("    owner: Lena Brandt\n", "", "change goal:trust owner"),
        ("kind: actual_risk", "kind: delivery", "change long_term_objective:secure-the-product kind"),
        ("target: 20", "target: -50%", "change key_result:fewer target"),
        ("      - goal:trust", "      []", "change long_term_objective:secure-the-product contributes"),
        ("          - objective:repair-first\n", "          []\n", "change key_result:quality balances"),
        ("effort_high: 6", "effort_high: 7", "change initiative:robot effort_high"),
        ("      - A contractor\n", "", "change initiative:robot people"),
        ("low: -8", "low: -9", "change initiative:robot effects"),
        ("end: 2027-03-31", "end: 2027-04-30", "change cycle:2027-q1 end"),
        (
            "outcome: Merged within",
            "outcome: Merged in",
            "change initiative:robot counterpart Search: Review within a day outcome",
        ),
    ],
)
def test_one_changed_line_changes_one_field(quarter, old, new, change):
    text = QUARTER.replace(old, new, 1)
    found = said(applied(text))
    assert found[:1] == [change]
    # The key results of a cycle that takes other days take them, too.
    assert len(found) == (3 if change.startswith("change cycle") else 1)
    assert applied(text).changes == []


def test_what_the_file_does_not_name_stays(quarter):
    applied(HEAD + "goals:\n  - {key: growth, title: Grow}\n")
    assert set(Goal.objects.values_list("key", flat=True)) == {"trust", "growth"}
    assert not Objective.objects.exclude(archived_at=None).exists()


def test_prune_takes_away_what_the_files_leave_out_of_the_sections_they_write(quarter):
    other = items.add_cycle("test", title="q2", start=date(2027, 4, 1), end=date(2027, 6, 30), now=NOW)
    items.add_item("test", "objective", title="Elsewhere", cycle=other, now=NOW)
    start, end = QUARTER.index("      - key: quality"), QUARTER.index("initiatives:")
    text = QUARTER[:start] + QUARTER[end:].replace("robot", "machine").split("    counterparts")[0]
    found = said(applied(text, prune=True))
    assert found[1:] == ["remove initiative:robot", "remove key_result:quality"]
    assert found[0].startswith("add initiative:machine")
    assert Initiative.objects.get(key="robot").archived_at == NOW
    assert not KeyResult.objects.filter(key="quality").exists()
    assert Objective.objects.get(key="elsewhere").archived_at is None


def test_prune_withdraws_the_half_that_the_file_leaves_out(quarter):
    text = QUARTER.split("    counterparts")[0]
    assert applied(text).changes == []
    assert said(applied(text, prune=True)) == [
        "remove initiative:robot counterpart Search: Review within a day"
    ]
    assert not Counterpart.objects.exists()


def test_what_was_archived_is_taken_up_again_by_its_key(quarter):
    items.archive("test", LongTermObjective.objects.get(), now=NOW)
    assert said(applied(QUARTER))[0].startswith("restore long_term_objective:secure-the-product")
    assert LongTermObjective.objects.get().archived_at is None
    assert applied(QUARTER).changes == []


def test_the_order_of_the_file_is_the_order_of_the_plan(quarter):
    marks = ("      - key: fewer", "      - key: quality", "\ninitiatives")
    start, second, end = map(QUARTER.index, marks)
    text = QUARTER[:start] + QUARTER[second:end] + QUARTER[start:second] + QUARTER[end:]
    assert said(applied(text)) == ["change order of key results of repair-first order"]
    assert applied(text).changes == []
    assert queries.export() == text


def test_what_is_added_in_the_middle_stays_in_the_middle(quarter):
    goals = "goals:\n  - key: first\n    title: First\n\n  - key: trust"
    text = QUARTER.replace("goals:\n  - key: trust", goals)
    assert said(applied(text)) == ["add goal:first title", "change order of goals order"]
    assert queries.export() == text
    assert applied(text).changes == []
    items.add_item("test", "goal", title="Elsewhere", now=NOW)
    assert applied(text).changes == []


def test_a_dry_run_says_what_would_change_and_changes_nothing(db):
    found = applied(QUARTER, dry_run=True)
    assert len(found.changes) == 8
    assert not Goal.objects.exists()
    assert not Entry.objects.exists()


def test_a_key_result_moves_to_another_objective_with_its_sketch(quarter):
    more = "\n  - {key: second, title: Second, cycle: 2027-q1}\n\ninitiatives:"
    start, end = QUARTER.index("      - key: quality"), QUARTER.index("\ninitiatives:")
    terms = "metric: count(), baseline: 10, target: 5, owner: Mia"
    moved = f"\nkey_results:\n  - {{key: quality, objective: second, {terms}}}"
    text = QUARTER[:start].rstrip() + more.replace("\n\ninitiatives:", "\n") + moved + QUARTER[end:]
    applied(text)
    assert KeyResult.objects.get(key="quality").objective.key == "second"
    assert applied(text).changes == []


def test_a_key_result_in_force_changes_with_a_reason_only(in_force):
    text = QUARTER.replace("target: 20", "target: 25").replace("target: 5", "target: 6")
    assert refused(text) == [
        f"plan.yaml:{line}:14: key result '{key}' is in force, and its target would change: say why, in the "
        "file as change: {reason: target moved, text: …} or with --reason and --text"
        for line, key in ((29, "fewer"), (34, "quality"))
    ]
    wordless = refused(text, reason="target moved", text=" ")
    assert len(wordless) == 2
    assert "its target would change: say in your own words why" in wordless[0]
    applied(text, reason="target moved", text="Two people left.")
    version = current_version(KeyResult.objects.get(key="fewer"))
    assert (version.number, version.target, version.reason_text) == (2, 25, "Two people left.")
    assert applied(text).changes == []


def test_the_reason_may_stand_in_the_file_beside_the_key_result(in_force):
    reason = "target: 25\n        change: {reason: wrong measure, text: We counted twice.}"
    text = QUARTER.replace("target: 20", reason)
    applied(text, reason="target moved", text="Two left.")
    version = current_version(KeyResult.objects.get(key="fewer"))
    assert (version.reason, version.reason_text) == ("wrong measure", "We counted twice.")
    # A reason that stays in the file does no harm: nothing changes any more.
    assert applied(text).changes == []
    assert "change:" not in queries.export()


def test_a_reason_without_words_in_the_file_takes_those_of_the_command(in_force):
    text = QUARTER.replace("target: 20", "target: 25\n        change: {reason: wrong measure}")
    [message] = refused(text)
    assert message.endswith("or with --text")
    applied(text, reason="target moved", text="We counted twice.")
    version = current_version(KeyResult.objects.get(key="fewer"))
    assert (version.reason, version.reason_text) == ("wrong measure", "We counted twice.")


def test_another_measure_takes_the_baseline_that_the_file_gives_with_it(in_force):
    text = QUARTER.replace("metric: count()", "metric: arrivals", 1)
    applied(text, reason="wrong measure", text="Two left.")
    version = current_version(KeyResult.objects.get(key="fewer"))
    assert (version.metric, version.baseline) == ("arrivals", 40)


def test_edges_of_a_key_result_in_force_are_drawn_without_a_new_version(in_force):
    applied(QUARTER.replace("          - objective:repair-first\n", "          []\n", 1))
    assert KeyResult.objects.get(key="quality").versions.count() == 1
    assert not Edge.objects.filter(from_kind="key_result").exists()


def test_a_new_key_result_of_a_running_cycle_is_in_force_at_once(in_force):
    more = "      - {key: third, metric: arrivals, baseline: 9, target: 3, owner: Ada}\n\ninitiatives:"
    applied(QUARTER.replace("\ninitiatives:", more))
    assert current_version(KeyResult.objects.get(key="third")).target == 3


def test_one_that_is_refused_leaves_nothing_half_written(in_force):
    text = QUARTER.replace("Win the trust", "Earn the trust").replace("target: 20", "target: 40")
    [message] = refused(text, reason="target moved", text="Two left.")
    assert message.startswith("plan.yaml:32:17: target: ")
    assert "40" in message
    assert Goal.objects.get().title == "Win the trust of large customers"
    assert KeyResult.objects.get(key="fewer").versions.count() == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("end: 2027-03-31", "end: 2027-04-30", "2027-Q1 is set: its days stand"),
        (
            "cycle: 2027-q1\n    contributes",
            "cycle: q2\n    contributes",
            "2027-Q1 is set: an objective stays",
        ),
    ],
)
def test_what_a_running_cycle_holds_fast_is_refused_at_its_line(in_force, old, new, message):
    items.add_cycle("test", key="q2", title="q2", start=date(2027, 4, 1), end=date(2027, 6, 30), now=NOW)
    found = refused(QUARTER.replace(old, new, 1), reason="scope changed", text="Two left.")
    assert any(message in each for each in found)


def test_a_closed_cycle_takes_nothing_more(in_force):
    Cycle.objects.update(state="closed")
    more = "  - {key: late, title: Late, cycle: 2027-q1}\n\ninitiatives:"
    [message] = refused(QUARTER.replace("\ninitiatives:", more))
    assert "2027-Q1 is closed: nothing is added to it (objective:late)" in message


def test_a_realised_effect_is_a_record_that_no_file_takes_away(quarter):
    efforts.realise("test", Effect.objects.get(), value=-4.0, now=NOW)
    text = QUARTER.replace("      - key_result: fewer\n", "").replace(
        "        low: -8\n        high: -3\n        confidence: 0.7\n", "      []\n"
    )
    assert applied(text).changes == []
    assert Effect.objects.get().realised == -4.0


def test_a_cycle_s_state_is_read_and_not_applied(quarter):
    found = applied(QUARTER.replace("end: 2027-03-31", "end: 2027-03-31\n    state: set"))
    assert found.changes == []
    [note] = found.notes
    assert note.startswith(
        "cycle 2027-q1 is draft here and set in the file: `throughline cycle show 2027-q1`"
    )


def test_a_key_result_in_force_is_never_pruned(in_force):
    start, end = QUARTER.index("      - key: quality"), QUARTER.index("initiatives:")
    found = applied(QUARTER[:start] + QUARTER[end:], prune=True)
    assert found.changes == []
    assert found.notes == ["key_result:quality is in force and in none of the files: it stays"]


def test_a_series_is_defined_and_changed_by_what_the_file_says_of_it(db):
    text = HEAD + "series:\n  - {name: build_minutes, unit: minutes, better: lower}\n"
    assert said(applied(text)) == ["add series:build_minutes better unit"]
    assert said(applied(text.replace("lower", "higher"))) == ["change series:build_minutes better"]
    assert Series.objects.get().better == "higher"
    [message] = refused(HEAD + "series:\n  - {name: time_to_detect}\n")
    assert message.startswith("plan.yaml:4:12: name: 'time_to_detect' is a metric of the catalogue")


def test_a_team_that_nobody_knows_is_made_only_by_those_who_may(db):
    [message] = refused(QUARTER, may_add_teams=False)
    assert "there is no team 'Search': an administrator adds it" in message
    assert not Goal.objects.exists()


def test_one_cycle_is_exported_with_what_it_serves_and_no_more(quarter):
    items.add_item("test", "goal", title="Unrelated", now=NOW)
    items.add_cycle("test", title="q2", start=date(2027, 4, 1), end=date(2027, 6, 30), now=NOW)
    assert queries.export("2027-q1") == QUARTER
    with pytest.raises(Refused, match="there is no cycle '2027-q9'") as missing:
        queries.export("2027-q9")
    assert missing.value.place == "cycle"


def test_exporting_takes_the_same_number_of_queries_for_any_size(quarter, django_assert_max_num_queries):
    with django_assert_max_num_queries(18):
        queries.export()
    work = Objective.objects.get()
    for number in range(5):
        more = items.add_item("test", "objective", title=f"O{number}", cycle=work.cycle, now=NOW)
        items.join("test", more, Goal.objects.get(), "supports", now=NOW)
    with django_assert_max_num_queries(18):
        queries.export()
