"""The pages of the plan, as a manager writes it and as everybody else reads it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cycles.plans import ACTOR, NOW, a_cycle, a_plan, a_register, a_sketch, an_objective
from tests.objectives.register import import_of

from throughline.accounts.models import Team
from throughline.cycles import actions
from throughline.cycles.models import Answer, Comment
from throughline.objectives import efforts, items, sketches
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

pytestmark = pytest.mark.django_db
DAYS = {"start": "2026-10-01", "end": "2026-12-31"}


@pytest.fixture
def manager(organisation, browser_of):
    return browser_of(organisation.max)


@pytest.fixture
def outsider(organisation, browser_of):
    return browser_of(organisation.omar)


def page(browser, name: str, *arguments: object, **query: str) -> str:
    answer = browser.get(reverse(name, args=arguments), query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(browser, name: str, *arguments: object, **given: object):
    return browser.post(reverse(name, args=arguments), given)


def half_of(sketch: KeyResult, **given: object) -> Counterpart:
    said = {"title": "Deploy daily", "outcome": "Live by the evening", "owner": "Omar", **given}
    team = Team.objects.get(name="Search")
    return efforts.ask(ACTOR, sketch, team=team, due=date(2026, 12, 1), now=NOW, **said)


def test_an_empty_comment_and_a_decline_without_a_reason_are_refused_beside_the_field(outsider):
    cycle, _, sketch = a_plan()
    half = half_of(sketch)
    actions.propose(ACTOR, cycle, now=NOW)
    for name, number, given, message in (
        ("cycle-comment", cycle.key, {"of": "", "text": " "}, "Write what you think first."),
        ("cycle-comment", cycle.key, {"of": f"key_result:{sketch.pk}"}, "Write what you think first."),
        ("counterpart-answer", half.pk, {"answer": "decline"}, "Say why it cannot be done, in one line."),
    ):
        answer = post(outsider, name, number, **given)
        assert answer.status_code == 422
        # At the top, where the page opens, and beside the field.
        assert answer.content.decode().count(message) == 2
    assert (Comment.objects.count(), Counterpart.objects.get().state) == (0, "asked")


def test_the_box_asks_of_each_kind_what_decides_it(manager):
    objective = an_objective(a_cycle())
    steps = {"kind": "milestone", "steps": "40: The pilot runs"}
    for given, asked, unasked in (
        (steps, "Judge", "Baseline"),
        ({"kind": "binary"}, "Test", "Metric"),
        ({"kind": "move"}, "Baseline", "Judge"),
    ):
        box = post(manager, "sketch-preview", objective=objective.key, **given).content.decode()
        assert f"<dt>{asked}</dt>" in box
        assert f"<dt>{unasked}</dt>" not in box


def test_empty_pages_teach_and_offer_a_manager_one_action(manager, outsider):
    for name, heading, button in (
        ("cycles", "No cycle yet", "Plan 20"),
        ("goals", "No company goal yet", "New goal"),
        ("long-term-objectives", "No long-term objective yet", "New long-term objective"),
        ("initiatives", "No initiative yet", "New initiative"),
    ):
        assert heading in page(outsider, name)
        assert button not in page(outsider, name)
        assert button in page(manager, name)


def test_a_thread_is_written_from_goal_to_initiative_with_its_edges(manager):
    post(manager, "goal-new", title="Win trust", owner_name="Dana", source="https://intranet.example.org/g")
    goal = Goal.objects.get()
    post(
        manager,
        "long-term-objective-new",
        **{"title": "Secure it", "tenet": "actual_risk", f"goal-{goal.key}": "contributes"},
    )
    tenet = LongTermObjective.objects.get()
    post(
        manager,
        "long-term-objective-new",
        title="Deliver",
        tenet="delivery",
        tension=tenet.pk,
    )
    assert post(manager, "cycle-new", title="2026-Q4", **DAYS).status_code == 302
    cycle = Cycle.objects.get()
    post(
        manager,
        "objective-new",
        cycle.key,
        **{"title": "Fewer flaws", f"long_term_objective-{tenet.key}": "contributes"},
    )
    objective = Objective.objects.get()
    sketched = post(
        manager, "sketch-new", objective.key, title="Fewer arrive", metric="arrivals", target="-30%"
    )
    made = KeyResult.objects.get()
    assert sketched.headers["Location"] == reverse("sketch", args=[made.pk])
    added = post(
        manager,
        "initiative-new",
        title="Paved road",
        status="planned",
        delay_profile="constant",
        people="Max, Mia",
    )
    work = Initiative.objects.get()
    assert added.headers["Location"] == reverse("initiative", args=[work.key])
    post(manager, "initiative-expect", work.key, key_result=made.pk, low="-9", high="-3", confidence="80")

    drawn = set(Edge.objects.values_list("from_kind", "to_kind", "kind"))
    assert drawn == {
        ("long_term_objective", "goal", "contributes"),
        ("long_term_objective", "long_term_objective", "balances"),
        ("objective", "long_term_objective", "contributes"),
    }
    assert [each.name for each in work.assignments.all()] == ["Max", "Mia"]
    assert Effect.objects.get().confidence == 0.8
    assert "in tension with" in page(manager, "long-term-objectives")
    assert "Secure it" in page(manager, "goals")
    assert "Fewer arrive" in page(manager, "cycle", cycle.key)


def test_an_edge_is_taken_away_by_the_form_that_drew_it(manager):
    _, objective, _ = a_plan()
    goal = items.add_item(ACTOR, "goal", title="Win trust", now=NOW)
    name = f"goal-{goal.key}"
    post(manager, "objective-edit", objective.key, **{"title": objective.title, name: "supports"})
    assert Edge.objects.get().kind == "supports"
    post(manager, "objective-edit", objective.key, **{"title": objective.title, name: ""})
    assert not Edge.objects.exists()


def test_a_guardrail_is_chosen_among_the_key_results_of_other_objectives(manager):
    cycle, objective, own = a_plan()
    guardrail = a_sketch(an_objective(cycle, "Deliver as fast"), metric="known_open_average")
    refused = post(manager, "objective-edit", objective.key, title="Fewer", guardrails=own.pk)
    assert refused.status_code == 422
    post(manager, "objective-edit", objective.key, title="Fewer", guardrails=guardrail.pk)
    assert Edge.objects.get().kind == "balances"
    assert "must not suffer" in page(manager, "cycle", cycle.key)


def test_what_is_refused_stands_beside_its_field_and_nothing_is_kept(manager):
    answer = post(manager, "cycle-new", title="Backwards", start="2027-03-31", end="2027-01-01")
    assert answer.status_code == 422
    assert b"is not after the first" in answer.content
    answer = post(
        manager,
        "initiative-new",
        title="Work",
        status="planned",
        delay_profile="constant",
        effort_low="5",
        effort_high="3",
    )
    assert answer.status_code == 422
    assert b"swap them" in answer.content
    assert not Cycle.objects.exists()
    assert not Initiative.objects.exists()


def test_archiving_takes_an_objective_out_of_its_cycle_and_restoring_brings_it_back(manager):
    cycle, objective, _ = a_plan()
    shown = f'id="objective-{objective.key}"'
    assert shown in page(manager, "cycle", cycle.key)
    post(manager, "objective-archive", objective.key)
    assert shown not in page(manager, "cycle", cycle.key)
    assert "archived" in page(manager, "objective", objective.key)
    post(manager, "objective-archive", objective.key)
    assert shown in page(manager, "cycle", cycle.key)


class TestTheEditor:
    """A sketch is checked as it is typed: in its words, beside its fields, and in the box."""

    def look(self, browser, objective: Objective, **given: str) -> str:
        answer = post(browser, "sketch-preview", objective=objective.key, **given)
        assert answer.status_code == 200
        return answer.content.decode()

    def test_words_at_fault_are_marked_with_their_rule(self, manager):
        _, objective, _ = a_plan()
        seen = self.look(manager, objective, title="Improve <b>it</b> where possible")
        assert '<mark class="error" title=' in seen
        assert ">where possible</mark>" in seen
        assert "D15" in seen
        assert "<b>it" not in seen

    def test_a_field_at_fault_has_its_message_beside_it(self, manager):
        _, objective, _ = a_plan()
        seen = self.look(manager, objective, metric="arrivls", target="20")
        beside = seen.split('id="beside-metric"')[1].split("</div>")[0]
        assert "did you mean" in beside
        assert 'id="beside-where"' in seen

    def test_what_can_be_decided_says_its_sentence_noise_and_history(self, manager):
        _, objective, _ = a_plan()
        import_of("tracker", datetime.now(UTC))
        seen = self.look(
            manager, objective, metric="arrivals", target="-70%", owner="Ada", baseline="measured"
        )
        assert "Decidable" in seen
        assert "Verdict today" in seen
        assert "chance to tell it from chance" in seen
        assert "→" in seen

    def test_fields_of_another_kind_are_left_aside(self, manager):
        _, objective, _ = a_plan()
        given = {"kind": "binary", "baseline": "measured", "target": "20", "metric": "arrivals"}
        given |= {"acceptance": "The old host answers nothing.", "judge": "Mia", "owner": "Ada"}
        assert "Decidable" in self.look(manager, objective, **given)
        post(manager, "sketch-new", objective.key, **given)
        kept = KeyResult.objects.latest("id").sketch
        assert (kept["kind"], kept["target"], kept["metric"]) == ("binary", "", "")

    def test_a_reader_sees_the_sketch_without_the_form(self, outsider):
        _, _, sketch = a_plan()
        seen = page(outsider, "sketch", sketch.pk)
        assert "promises nothing" in seen
        assert "sketch-form" not in seen

    def test_the_address_of_a_key_result_leads_to_its_sketch_until_it_is_in_force(self, manager):
        cycle, _, sketch = a_plan()
        assert manager.get(reverse("key-result", args=[sketch.pk])).headers["Location"].endswith("/sketch/")
        assert manager.get(reverse("key-result-json", args=[sketch.pk])).status_code == 404
        actions.propose(ACTOR, cycle, now=NOW)
        actions.set_cycle(ACTOR, cycle, now=NOW)
        assert manager.get(reverse("sketch", args=[sketch.pk])).status_code == 302
        assert manager.get(reverse("key-result-review", args=[sketch.pk])).status_code == 302


class TestPublished:
    """The page for people outside security, and what they say on it."""

    def test_before_it_is_proposed_nothing_is_published(self, outsider):
        cycle, _, _ = a_plan()
        assert "Nothing is published of it yet" in page(outsider, "cycle-published", cycle.key)
        assert outsider.get(reverse("cycle-snapshot", args=[cycle.key, 1])).status_code == 404

    def test_it_says_what_why_and_how_one_will_know_and_stays_as_it_was(self, manager, outsider):
        a_register()
        cycle = a_cycle()
        goal = items.add_item(ACTOR, "goal", title="Win the trust of banks", now=NOW)
        tenet = items.add_item(ACTOR, "long_term_objective", title="Assure", kind="delivery", now=NOW)
        objective = an_objective(cycle)
        items.join(ACTOR, tenet, goal, "contributes", now=NOW)
        items.join(ACTOR, objective, tenet, "contributes", now=NOW)
        sketch = a_sketch(objective, title="Fewer are found outside", why="Outsiders are slow to tell us.")
        actions.propose(ACTOR, cycle, now=NOW)
        post(
            manager,
            "sketch",
            sketch.pk,
            **{**sketch.sketch, "why": "Something else", "steps": "", "phases": ""},
        )
        seen = page(outsider, "cycle-published", cycle.key)
        for said in ("Win the trust of banks", "keeps delivery fast", "Fewer are found outside"):
            assert said in seen
        assert "Outsiders are slow to tell us." in seen
        assert f'<a href="/key-results/{sketch.pk}/">Fewer are found outside</a>' in seen
        assert "Something else" not in seen
        compared = page(outsider, "cycle-compare", cycle.key)
        assert "<del>Outsiders are slow to tell us.</del>" in compared
        assert "<ins>Something else</ins>" in compared
        sketches.discard(ACTOR, sketch, now=NOW)
        assert "<h3>Fewer are found outside</h3>" in page(outsider, "cycle-published", cycle.key)

    def test_anybody_comments_and_the_writer_or_a_manager_resolves(
        self, manager, outsider, organisation, browser_of
    ):
        cycle, objective, sketch = a_plan()
        actions.propose(ACTOR, cycle, now=NOW)
        answer = post(outsider, "cycle-comment", cycle.key, of=f"key_result:{sketch.pk}", text="Why <i>?")
        assert answer.headers["Location"].startswith(f"/cycles/{cycle.key}/published/#talk-")
        assert "Why &lt;i&gt;?" in page(manager, "cycle-published", cycle.key)
        comment = Comment.objects.get(of__startswith="key_result")
        post(outsider, "cycle-comment", cycle.key, of=f"objective:{objective.pk}", text="For whom?")
        part = page(outsider, "cycle-published", cycle.key).split(f'id="talk-objective-{objective.pk}"')[1]
        assert "For whom?" in part.split("<details")[0]
        vera = browser_of(organisation.vera)
        assert post(vera, "comment-resolve", comment.pk).status_code == 404
        post(outsider, "comment-resolve", comment.pk)
        comment.refresh_from_db()
        assert comment.resolved_by == "Omar"

    def test_an_answer_leads_back_to_our_own_pages_only(self, outsider):
        cycle, _, _ = a_plan()
        actions.propose(ACTOR, cycle, now=NOW)
        for back in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
            answer = post(outsider, "cycle-comment", cycle.key, text="Hello", back=back)
            assert answer.headers["Location"].startswith("/cycles/")

    def test_only_the_team_that_was_asked_answers_whatever_the_role(self, manager, outsider):
        cycle, _, sketch = a_plan()
        half = half_of(sketch)
        actions.propose(ACTOR, cycle, now=NOW)
        assert post(manager, "counterpart-answer", half.pk, answer="confirm").status_code == 404
        assert "Your team is asked" in page(outsider, "cycles")
        assert "Confirm our half" in page(outsider, "cycle-published", cycle.key)
        assert post(outsider, "counterpart-answer", half.pk, answer="decline", text="").status_code == 422
        post(outsider, "counterpart-answer", half.pk, answer="confirm")
        half.refresh_from_db()
        assert half.state == "confirmed"
        assert "Your team is asked" not in page(outsider, "cycles")


def test_a_blocked_step_answers_409_with_what_the_gate_asks(manager):
    cycle, _, sketch = a_plan()
    half_of(sketch)
    actions.propose(ACTOR, cycle, now=NOW)
    answer = post(manager, "cycle-set", cycle.key)
    assert answer.status_code == 409
    assert b"The gate is shut" in answer.content
    assert b"Search has not confirmed its half yet" in answer.content


def test_reopening_without_a_reason_is_refused_on_the_page(manager):
    cycle, _, _ = a_plan()
    actions.propose(ACTOR, cycle, now=NOW)
    assert post(manager, "cycle-reopen", cycle.key).status_code == 422
    assert post(manager, "cycle-reopen", cycle.key, reason="Goals changed").status_code == 302


def test_a_reviewer_sees_what_others_said_after_her_own_answer(manager, outsider):
    _, _, sketch = a_plan()
    address = reverse("key-result-review", args=[sketch.pk])
    subject = outsider.get(address).context["cases"][0][0].subject
    outsider.post(address, {"rule": "D34", "subject": subject, "answer": "hit"})
    assert "Omar" not in manager.get(address).content.decode()
    manager.post(address, {"rule": "D34", "subject": subject, "answer": "missed"})
    assert "Omar" in manager.get(address).content.decode()
    assert Answer.objects.count() == 2


def test_the_list_of_initiatives_is_a_table_for_programs_too(manager):
    cycle, _, sketch = a_plan()
    work = items.add_item(ACTOR, "initiative", title="Paved road", cycle=cycle, now=NOW)
    efforts.assign(ACTOR, work, ["Max", "Mia"], now=NOW)
    efforts.expect(ACTOR, work, sketch, low=-9, high=-3, confidence=0.8, now=NOW)
    [said] = manager.get(reverse("initiatives-json")).json()["initiatives"]
    assert (said["people"], said["key_results"], said["cycle"]) == ("Max, Mia", 1, cycle.key)
    lines = b"".join(manager.get(reverse("initiatives-csv")).streaming_content).decode().splitlines()
    assert lines[0].startswith("key,title,cycle")
    assert lines[1].startswith("paved-road,Paved road")


def test_a_larger_plan_asks_the_database_no_more_often(manager):
    cycle, _, _ = a_plan()

    def asked() -> int:
        manager.get(reverse("cycle", args=[cycle.key]))
        with CaptureQueriesContext(connection) as captured:
            manager.get(reverse("cycle", args=[cycle.key]))
        return len(captured)

    few = asked()
    for number in range(3):
        more = an_objective(cycle, f"Another {number}")
        half_of(a_sketch(more))
        work = items.add_item(ACTOR, "initiative", title=f"Work {number}", cycle=cycle, now=NOW)
        efforts.assign(ACTOR, work, ["Max"], now=NOW)
        efforts.expect(ACTOR, work, a_sketch(more), low=-3, high=-1, confidence=0.5, now=NOW)
    # Initiatives bring their people and effects, counterparts their teams: two questions, not two each.
    assert asked() <= few + 4
