"""Key results of every kind in pages: the form asks what the kind needs, steps are done by evidence."""

from __future__ import annotations

import pytest
from tests.objectives.kinds import STEPS, event, keep, push, steps
from tests.objectives.register import arrivals

from throughline.objectives.models import Completion, KeyResult
from throughline.objectives.versions import current_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_november")]
WHEN = {"start": "2026-10-01", "due": "2027-12-31", "owner": "Ada Okafor"}


@pytest.fixture
def manager(organisation, browser_of):
    return browser_of(organisation.max)


@pytest.fixture
def member(organisation, browser_of):
    return browser_of(organisation.mia)


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "asked", "left_out"),
    [
        ("move", ["target", "baseline", "phases", "where"], ["steps", "bound_high", "acceptance"]),
        ("keep", ["bound_low", "bound_high", "allowed_outside"], ["target", "steps"]),
        ("milestone", ["steps"], ["metric", "where", "window"]),
        ("binary", ["acceptance"], ["metric", "steps"]),
        ("baseline", ["metric"], ["target", "baseline"]),
        ("forecast", ["metric", "scale", "target"], ["where", "window"]),
    ],
)
def test_the_form_asks_what_the_kind_needs(manager, kind, asked, left_out):
    for address in (f"/key-results/new?kind={kind}", f"/key-results/fields?kind={kind}"):
        seen = text(manager.get(address))
        assert [name for name in asked if f'name="{name}"' not in seen] == []
        assert [name for name in left_out if f'name="{name}"' in seen] == []


def test_another_kind_keeps_what_was_written(manager):
    seen = text(manager.get("/key-results/fields", {"kind": "keep", "title": "Fast builds", "target": "3"}))
    assert "Fast builds" in seen
    assert 'name="target"' not in seen


def test_a_milestone_is_published_from_the_form(manager):
    answer = manager.post("/key-results/new", {**WHEN, "kind": "milestone", "steps": "\r\n".join(STEPS)})
    version = current_version(KeyResult.objects.get())
    assert answer.status_code == 302
    assert [(step["key"], step["weight"]) for step in version.steps] == [
        ("the-pilot-runs", 40),
        ("all-teams-use-it", 60),
    ]


def test_what_keeps_it_from_being_decided_stands_beside_its_field(manager):
    answer = manager.post("/key-results/new", {**WHEN, "kind": "milestone", "steps": "40: One"})
    assert answer.status_code == 422
    assert "The weights of the steps make 40" in text(answer)
    previewed = text(manager.get("/key-results/preview", {**WHEN, "kind": "milestone", "steps": "40: One"}))
    assert 'id="problem-steps"' in previewed
    assert "make 40" in previewed
    assert 'id="problem-metric"' not in previewed


def test_the_preview_says_the_sentence_of_each_kind(manager):
    push("2026-09-28", 10)
    kept = {**WHEN, "kind": "keep", "metric": "build_minutes", "bound_high": "12"}
    assert "at most 12 minutes from 1 Oct 2026 to 31 Dec 2027" in text(
        manager.get("/key-results/preview", kept)
    )
    coming = {**WHEN, "kind": "baseline", "metric": "nps"}
    assert "nps, measured for the first time" in text(manager.get("/key-results/preview", coming))


def test_a_member_says_what_is_done_and_takes_it_back(member, organisation):
    made = steps()
    page = f"/key-results/{made.pk}/"
    refused = member.post(f"{page}done/", {"step": "the-pilot-runs", "evidence": ""})
    assert refused.status_code == 422
    assert "say by what anybody can see it" in text(refused)
    done = {"step": "the-pilot-runs", "evidence": "https://ci.example.org/runs/81"}
    assert member.post(f"{page}done/", done).status_code == 302
    said = Completion.objects.get()
    assert said.author == f"person:{organisation.mia.pk} Mia"
    assert '<a href="https://ci.example.org/runs/81" rel="nofollow">' in text(member.get(page))
    assert member.post(f"{page}done/{said.pk}/").status_code == 302
    assert Completion.objects.get().withdrawn_by == f"person:{organisation.mia.pk} Mia"


def test_a_completion_is_taken_back_at_its_own_key_result_only(member):
    first, second = event(), event()
    member.post(f"/key-results/{first.pk}/done/", {"evidence": "the signed page"})
    said = Completion.objects.get()
    assert member.post(f"/key-results/{second.pk}/done/{said.pk}/").status_code == 404
    assert Completion.objects.get().withdrawn_at is None


def test_a_viewer_sees_the_steps_and_no_button(organisation, browser_of):
    made = steps()
    seen = text(browser_of(organisation.vera).get(f"/key-results/{made.pk}/"))
    assert "The pilot runs" in seen
    assert "Mark as done" not in seen


def test_a_change_of_kind_is_made_on_the_page(manager):
    arrivals(3)
    push("2026-09-28", 10)
    made = keep()
    seen = text(manager.get(f"/key-results/{made.pk}/?kind=binary"))
    assert 'name="acceptance"' in seen
    change = {**WHEN, "kind": "binary", "acceptance": "All builds are fast.", "reason": "wrong measure"}
    change["text"] = "Nobody feels the average."
    answer = manager.post(f"/key-results/{made.pk}/change/", {**change, "version": 1})
    assert answer.status_code == 302, text(answer)
    version = current_version(made)
    assert (version.kind, version.metric, version.bound_high) == ("binary", "", None)


def test_a_page_with_nothing_changed_changes_nothing(manager):
    made = steps(phases=None, why="Line one\nLine two")
    seen = manager.get(f"/key-results/{made.pk}/")
    form = seen.context["form"]
    names = [name for name in form.fields if name in form.initial and name != "version"]
    shown = {name: form.initial[name].replace("\n", "\r\n") for name in names}
    answer = manager.post(
        f"/key-results/{made.pk}/change/",
        {**shown, "version": 1, "reason": "scope changed", "text": "As agreed."},
    )
    assert answer.status_code == 422
    assert "nothing would change" in text(answer)


def test_what_decides_it_is_said_for_every_kind(manager):
    push("2026-09-28", 10)
    kept, happened = keep(allowed_outside="3"), event(judge="The auditor")
    assert "the bound itself included" in text(manager.get(f"/key-results/{kept.pk}/"))
    seen = text(manager.get(f"/key-results/{happened.pk}/"))
    assert "An auditor signed the report without a finding." in seen
    assert "The auditor" in seen
    assert "not yet" in seen
    assert text(manager.get("/key-results/")).count("at most 12 minutes") >= 1
    assert manager.get("/key-results.csv").status_code == 200
