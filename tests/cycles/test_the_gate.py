"""What keeps a cycle from being proposed and from being set, and what only asks."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cycles.plans import ACTOR, NOW, a_cycle, a_plan, a_register, a_sketch, an_objective

from throughline.accounts.models import Team
from throughline.cycles.gate import Gate, gate_of
from throughline.cycles.reviews import (
    answer_case,
    answer_question,
    answers_seen_by,
    cases_of,
    questions_about,
)
from throughline.engine.refusals import Refused
from throughline.objectives import efforts, items, sketches
from throughline.objectives.models import KeyResult

pytestmark = pytest.mark.django_db


def rules(gate: Gate, doing: str) -> set[str]:
    return {each.finding.rule for each in gate.blocking(doing)}


def asked(gate: Gate) -> set[str]:
    return {each.finding.rule for each in gate.asked}


def test_a_cycle_without_an_objective_or_without_a_key_result_is_not_proposed():
    cycle = a_cycle()
    assert rules(gate_of(cycle, now=NOW), "proposing") == {"empty"}
    an_objective(cycle)
    [only] = gate_of(cycle, now=NOW).blocking("proposing")
    assert only.finding.message == "It has no key result yet."


def test_what_can_be_decided_is_let_through():
    cycle, _, sketch = a_plan()
    gate = gate_of(cycle, now=NOW)
    assert gate.blocking("setting") == []
    assert "by 31 Dec 2026" in gate.sentences[sketch.pk]


@pytest.mark.parametrize(
    ("given", "rule", "field"),
    [
        ({"metric": ""}, "D1", "metric"),
        ({"metric": "arrivls"}, "D1", "metric"),
        ({"target": ""}, "D2", "target"),
        ({"baseline": "40", "target": "20"}, "D3", "baseline"),
        ({"title": "Increase what arrives", "target": "-50%"}, "D4", "target"),
        ({"due": "2027-02-01"}, "D9", "due"),
        ({"title": "Fewer arrivals, ideally"}, "D15", None),
        ({"where": "severity >= 'hgh'"}, "D8", "where"),
    ],
)
def test_what_cannot_be_decided_holds_up_proposing_and_names_its_field(given, rule, field):
    cycle, objective, _ = a_plan()
    sketch = a_sketch(objective, **given)
    blocking = [each for each in gate_of(cycle, now=NOW).blocking("proposing") if each.of != objective.title]
    assert (rule, field) in {(each.finding.rule, each.finding.field) for each in blocking}
    assert all(str(sketch.pk) in each.address for each in blocking)


def test_a_missing_owner_is_a_question_while_proposing_and_an_error_when_setting():
    cycle, objective, _ = a_plan()
    a_sketch(objective, owner="", where="severity >= 'low'")
    gate = gate_of(cycle, now=NOW)
    assert rules(gate, "proposing") == set()
    assert rules(gate, "setting") == {"D10"}


def test_the_objective_is_asked_once_for_its_guardrail_its_number_and_what_it_serves():
    a_register()
    cycle = a_cycle()
    objective = an_objective(cycle, "Cut arrivals by 20 %")
    a_sketch(objective)
    about = [each.finding for each in gate_of(cycle, now=NOW).asked if each.of == objective.title]
    assert [each.rule for each in about].count("D27") == 1
    assert {"D28", "thread"} <= {each.rule for each in about}

    goal = items.add_item(ACTOR, "goal", title="Win trust", now=NOW)
    items.join(ACTOR, objective, goal, "contributes", now=NOW)
    other = an_objective(cycle, "Deliver as fast as ever")
    guardrail = a_sketch(other, metric="known_open_average")
    items.join(ACTOR, guardrail, objective, "balances", now=NOW)
    left = {each.finding.rule for each in gate_of(cycle, now=NOW).asked if each.of == objective.title}
    assert not {"D27", "thread"} & left


def test_two_key_results_on_one_metric_and_slice_are_asked_about():
    cycle, objective, _ = a_plan()
    assert "D26" not in asked(gate_of(cycle, now=NOW))
    a_sketch(objective, target="-40%")
    assert "D26" in asked(gate_of(cycle, now=NOW))


def test_a_target_that_could_not_be_told_from_noise_is_asked_about():
    cycle, _, sketch = a_plan()
    assert "D33" not in asked(gate_of(cycle, now=NOW))
    sketches.change_sketch(ACTOR, sketch, target="-5%", now=NOW)
    [doubt] = [each.finding for each in gate_of(cycle, now=NOW).asked if each.finding.rule == "D33"]
    assert "cannot be told from chance" in doubt.message


def test_another_teams_half_holds_up_setting_until_it_is_confirmed(organisation):
    cycle, _, sketch = a_plan()
    half = efforts.ask(
        ACTOR,
        sketch,
        team=Team.objects.get(name="Search"),
        title="Deploy daily",
        outcome="Live by the evening",
        owner="Omar",
        due=date(2026, 12, 1),
        now=NOW,
    )
    gate = gate_of(cycle, now=NOW)
    assert rules(gate, "proposing") == set()
    assert rules(gate, "setting") == {"halves"}
    efforts.answer(ACTOR, half, confirmed=False, text="Nobody has time", now=NOW)
    [declined] = gate_of(cycle, now=NOW).blocking("setting")
    assert "Search declined: Nobody has time" in declined.finding.message
    efforts.answer(ACTOR, half, confirmed=True, now=NOW)
    assert gate_of(cycle, now=NOW).blocking("setting") == []


def test_a_reviewers_doubt_is_a_question_and_her_latest_answer_counts(organisation):
    cycle, objective, sketch = a_plan()
    answer_question(organisation.vera, "D29", sketch, answer="yes", note="It is the hunters", now=NOW)
    answer_question(organisation.vera, "D32", objective, answer="yes", now=NOW)
    gate = gate_of(cycle, now=NOW)
    assert {"D29", "D32"} <= asked(gate)
    assert gate.blocking("setting") == []
    assert any("It is the hunters" in each.finding.message for each in gate.asked)
    answer_question(organisation.vera, "D29", sketch, answer="no", now=NOW)
    assert "D29" not in asked(gate_of(cycle, now=NOW))


def test_a_question_about_an_objective_is_not_answered_at_a_key_result(organisation):
    _, objective, sketch = a_plan()
    for rule, item in (("D32", sketch), ("D29", objective), ("D99", sketch)):
        with pytest.raises(Refused, match="yes or no"):
            answer_question(organisation.vera, rule, item, answer="yes", now=NOW)


class TestTwoPersons:
    """D34: made-up ends are answered apart, and disagreement holds up setting."""

    def first_case(self, sketch: KeyResult) -> str:
        return cases_of(sketch, questions_about(sketch, now=NOW))[0].subject

    def test_nobody_sees_what_others_said_before_she_has_answered(self, organisation):
        _, _, sketch = a_plan()
        subject = self.first_case(sketch)
        answer_case(organisation.vera, sketch, subject=subject, answer="hit", now=NOW)
        assert answers_seen_by(organisation.omar, sketch) == {}
        answer_case(organisation.omar, sketch, subject=subject, answer="hit", now=NOW)
        seen = answers_seen_by(organisation.omar, sketch)[subject]
        assert [each.author_name for each in seen] == ["Omar", "Vera"]

    def test_disagreement_holds_up_setting_until_the_words_change(self, organisation):
        cycle, _, sketch = a_plan()
        subject = self.first_case(sketch)
        answer_case(organisation.vera, sketch, subject=subject, answer="hit", now=NOW)
        answer_case(organisation.omar, sketch, subject=subject, answer="missed", now=NOW)
        gate = gate_of(cycle, now=NOW)
        assert rules(gate, "setting") == {"D34"}
        assert rules(gate, "proposing") == set()
        sketches.change_sketch(ACTOR, sketch, how_measured="At or below the target is a hit.", now=NOW)
        sketch.refresh_from_db()
        assert gate_of(cycle, now=NOW).blocking("setting") == []
        assert self.first_case(sketch) != subject

    def test_an_answer_is_given_once_and_for_the_words_that_stand(self, organisation):
        _, _, sketch = a_plan()
        subject = self.first_case(sketch)
        answer_case(organisation.vera, sketch, subject=subject, answer="hit", now=NOW)
        with pytest.raises(Refused, match="answered this one already"):
            answer_case(organisation.vera, sketch, subject=subject, answer="missed", now=NOW)
        with pytest.raises(Refused, match="read it again"):
            answer_case(organisation.vera, sketch, subject="another:1", answer="hit", now=NOW)
        with pytest.raises(Refused, match="hit or not hit"):
            answer_case(organisation.omar, sketch, subject=subject, answer="perhaps", now=NOW)
