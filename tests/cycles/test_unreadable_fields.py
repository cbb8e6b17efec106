"""The editor ticks what it has read, and says of each field that it could not read what is wrong."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.cycles.plans import a_cycle, a_plan, an_objective

from throughline.objectives.models import Objective

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(organisation, browser_of):
    return browser_of(organisation.max)


def look(browser, objective, **given: str) -> str:
    answer = browser.post(reverse("sketch-preview"), {"objective": objective.key, **given})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_field_that_cannot_be_read_says_so_whatever_else_is_wrong(manager):
    _, objective, _ = a_plan()
    garbage = {
        "metric": "time_to_remdiate",
        "where": "severity >= 'hihg'",
        "baseline": "foo",
        "target": "abc",
        "window": "9 moons",
        "weight": "-4",
        "owner": "Nobody Known",
        "title": "Improve triage",
    }
    seen = look(manager, objective, **garbage)
    for name in ("metric", "where", "baseline", "target", "window", "weight"):
        beside = seen.split(f'id="beside-{name}"')[1].split("</div>")[0]
        assert 'class="finding error"' in beside, name
    box = seen.split('id="beside-')[0]
    for name in ("Metric", "Scope", "Baseline", "Target"):
        assert f'<dt>{name}</dt><dd class="bad">' in box, name
    assert '<dt>Owner</dt><dd class="warn">' in box
    assert '<dt>Owner</dt><dd class="good">' in look(manager, objective, owner="Max")
    assert ">Improve</mark>" in box
    assert seen.count("found &#x27;-4&#x27;") == 1


def test_bounds_out_of_order_are_told_before_the_metric_is_known(manager):
    _, objective, _ = a_plan()
    seen = look(manager, objective, kind="keep", metric="arrivls", bound_low="20", bound_high="10")
    assert "above the upper bound" in seen.split('id="beside-bound_high"')[1].split("</div>")[0]
    assert '<dt>Bound</dt><dd class="bad">' in seen


def test_a_verb_keeps_its_mark_until_metric_and_target_say_what_it_means(manager):
    _, objective, _ = a_plan()
    said = {"title": "Improve triage", "metric": "arrivals"}
    assert ">Improve</mark>" in look(manager, objective, **said, target="abc")
    assert "<mark" not in look(manager, objective, **said, target="-30%")


def test_advice_on_a_baseline_is_nothing_that_the_gate_refuses(manager):
    objective = an_objective(a_cycle())
    seen = look(manager, objective, metric="arrivals", baseline="measured", target="20")
    beside = seen.split('id="beside-baseline"')[1].split("</div>")[0]
    assert "import a register that reaches before the start" in beside
    assert "give a number" not in seen
    given = look(manager, objective, metric="arrivals", baseline="40", target="20", owner="Max")
    assert "push the value with its day as a series" in given


def test_an_objective_with_a_number_is_doubted_beside_its_title_and_when_it_is_kept(manager):
    cycle = a_cycle()
    title = "Cut repair time by 30% on all products"
    kept = manager.post(reverse("objective-new", args=[cycle.key]), {"title": title}, follow=True)
    said = [str(each) for each in kept.context["messages"]]
    assert any("holds a figure: '30%'" in each for each in said), said
    form = manager.get(reverse("objective-edit", args=[Objective.objects.get().key])).content.decode()
    assert 'class="finding warning"' in form
    assert "D28" in form
    sound = an_objective(cycle)
    form = manager.get(reverse("objective-edit", args=[sound.key])).content.decode()
    assert 'class="finding' not in form


def test_the_steps_of_a_milestone_stand_behind_its_title_in_the_box(manager):
    objective = an_objective(a_cycle())
    steps = {"kind": "milestone", "steps": "100: The pilot runs", "judge": "Ada", "owner": "Max"}
    box = look(manager, objective, **steps, title="The robot is in use")
    assert "The robot is in use: The pilot runs (100 %) by 31 Dec 2026" in box
