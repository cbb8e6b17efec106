"""A quarter by the pages and the same quarter by a file and commands are the same plan, byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.journeys.house import run, text

from throughline.accounts.models import Team
from throughline.objectives.models import Counterpart, Cycle, Effect, KeyResult
from throughline.plans import queries
from throughline.reviews.models import PostMortem

# It ended yesterday, so that everything of it can be done today.
END = datetime.now(UTC).date() - timedelta(days=1)
START = END - timedelta(days=89)
NEXT = {"title": "After that", "start": f"{END + timedelta(days=1)}", "end": f"{END + timedelta(days=90)}"}
OVER = "its last day is over: how it ended is no longer a matter of confidence"
WHY = {"why": "What is open can be used.", "why_target": "Half is what two people can do."}
FILE = f"""apiVersion: throughline/v1
kind: Plan
goals:
  - key: banks-trust-us
    title: Banks trust us
    owner: Dana Whitfield
long_term_objectives:
  - key: secure-the-product
    title: Secure the product
    kind: actual_risk
    contributes: [goal:banks-trust-us]
cycles:
  - {{key: the-quarter, title: The quarter, start: {START}, end: {END}}}
objectives:
  - key: flaws-are-gone
    title: Flaws are gone
    cycle: the-quarter
    description: Before anybody uses them.
    contributes: [long_term_objective:secure-the-product]
    key_results:
      - key: few-are-open
        title: Few are open
        kind: keep
        metric: count()
        bound_high: 40
        allowed_outside: 80
        owner: Mia
        why: {WHY["why"]}
        why_target: {WHY["why_target"]}
        how_measured: We count them.
        counterparts:
          - team: Search
            title: Deploy on the day
            outcome: It is live by the evening
            owner: Omar
            due: {END}
      - key: both-teams-are-on-the-road
        title: Both teams are on the road
        kind: milestone
        steps:
          - {{title: The pilot runs, weight: 40}}
          - {{title: The other team uses it, weight: 60}}
        owner: Mia
        judge: Max
        why: {WHY["why"]}
        why_target: {WHY["why_target"]}
        how_measured: A team uses it when its last ten fixes did.
initiatives:
  - key: a-paved-road
    title: A paved road
    cycle: the-quarter
    narrative: A fix that is merged is a fix that customers have.
    people: [Mia]
    effort_low: 3
    effort_high: 6
    delay_profile: deadline
    contributes: [objective:flaws-are-gone]
    effects:
      - {{key_result: few-are-open, low: -8, high: -3, confidence: 0.7}}
"""
LESSON = {"cause": "no capacity", "next_step": "try again", "lesson": "Ask before the quarter."}


def sent(browser: Client, address: str, **given: object) -> str:
    """Post a form and go where it leads; AssertionError with what the page said where it was refused."""
    answer = browser.post(address, given)
    form = (answer.context or {}).get("form")
    assert answer.status_code == 302, (address, answer.status_code, form.errors if form else answer.content)
    return answer["Location"]


def of(title: str) -> KeyResult:
    """The key result whose key is made of this title."""
    return KeyResult.objects.get(key=title.lower().replace(" ", "-"))


def write_by_the_pages(manager: Client) -> None:
    sent(manager, "/goals/new", title="Banks trust us", owner_name="Dana Whitfield")
    tenet = {"title": "Secure the product", "tenet": "actual_risk", "goal-banks-trust-us": "contributes"}
    sent(manager, "/long-term-objectives/new", **tenet)
    sent(manager, "/cycles/new", title="The quarter", start=f"{START}", end=f"{END}")
    objective = {
        "title": "Flaws are gone",
        "description": "Before anybody uses them.",
        "long_term_objective-secure-the-product": "contributes",
    }
    sent(manager, "/cycles/the-quarter/objectives/new", **objective)
    shared = {**WHY, "start": f"{START}", "due": f"{END}", "owner": "Mia", "commitment": "committed"}
    keep = {"kind": "keep", "metric": "count()", "bound_high": "40", "allowed_outside": "80"}
    sketch = "/objectives/flaws-are-gone/key-results/new"
    sent(manager, sketch, **shared, **keep, title="Few are open", how_measured="We count them.")
    steps = {"kind": "milestone", "steps": "40: The pilot runs\r\n60: The other team uses it", "judge": "Max"}
    how = "A team uses it when its last ten fixes did."
    sent(manager, sketch, **shared, **steps, title="Both teams are on the road", how_measured=how)
    half = {"title": "Deploy on the day", "outcome": "It is live by the evening", "owner": "Omar"}
    team = Team.objects.get(name="Search").pk
    sent(manager, "/ask/key_result/few-are-open/", **half, team=team, due=f"{END}", required="on")
    work = {
        "title": "A paved road",
        "narrative": "A fix that is merged is a fix that customers have.",
        "people": "Mia",
        "effort_low": "3",
        "effort_high": "6",
        "status": "planned",
        "delay_profile": "deadline",
        "objective-flaws-are-gone": "contributes",
    }
    sent(manager, "/initiatives/new?cycle=the-quarter", **work)
    effect = {"key_result": of("Few are open").pk, "low": "-8", "high": "-3", "confidence": "70"}
    sent(manager, "/initiatives/a-paved-road/effects", **effect)


def live_by_the_pages(manager: Client, engineer: Client, outsider: Client) -> None:
    sent(manager, "/cycles/the-quarter/propose")
    few, road = of("Few are open"), of("Both teams are on the road")
    sent(outsider, "/cycles/the-quarter/comments", of=f"key_result:{few.pk}", text="Reported, or confirmed?")
    sent(outsider, f"/counterparts/{Counterpart.objects.get().pk}/answer", answer="confirm")
    sent(manager, "/cycles/the-quarter/set")
    # The quarter is over, so nothing is said of its future any more; nor is it by command.
    late = engineer.post(f"/key-results/{road.pk}/check-in/", {"confidence": "70"})
    assert late.context["form"].non_field_errors() == [OVER]
    evidence = {"step": "the-pilot-runs", "evidence": "https://ci.example.org/runs/81", "at": f"{END}"}
    sent(engineer, f"/key-results/{road.pk}/done/", **evidence)
    reason = {"reason": "target moved", "text": "Two people left.", "version": "1", "bound_high": "45"}
    page = manager.get(f"/key-results/{few.pk}/").context["form"].initial
    sent(manager, f"/key-results/{few.pk}/change/", **{**page, **reason})
    for each in (few, road):
        sent(manager, f"/key-results/{each.pk}/close/")
    sent(manager, f"/key-results/{road.pk}/override/", grade="0.5", reason="The second step is nearly there.")
    sent(engineer, f"/key-results/{road.pk}/post-mortem/", **LESSON)
    sent(manager, f"/effects/{Effect.objects.get().pk}/realise", value="-4")
    sent(manager, "/cycles/new", **NEXT)
    sent(manager, f"/key-results/{road.pk}/carry/", into="after-that")
    sent(manager, "/cycles/the-quarter/close")


def by_file_and_commands(home: Path) -> str:
    """The same by `throughline` alone, in a data folder of its own."""
    file = home.parent / "quarter.yaml"
    file.write_text(FILE)
    run("plan", "apply", file, home=home)
    for name, role, team in (("Max", "manager", "Payments"), ("Mia", "member", "Payments")):
        run("user", "add", name, f"{name.lower()}@example.org", "--role", role, "--team", team, home=home)
    run("cycle", "propose", "the-quarter", home=home)
    run("cycle", "answer", "the-quarter", "Search", home=home)
    run("cycle", "set", "the-quarter", home=home)
    listed = run("kr", "list", home=home)
    few, road = (
        next(each["id"] for each in listed if each["title"] == title)
        for title in ("Few are open", "Both teams are on the road")
    )
    with pytest.raises(AssertionError, match=OVER):
        run("review", "check-in", f"{road}", "--confidence", "70%", home=home)
    done = ("--evidence", "https://ci.example.org/runs/81", "--at", f"{END}")
    run("kr", "done", f"{road}", "the-pilot-runs", *done, home=home)
    reason = ("--reason", "target moved", "--text", "Two people left.")
    run("kr", "change", f"{few}", "--high", "45", *reason, home=home)
    for each in (few, road):
        run("kr", "close", f"{each}", home=home)
    otherwise = ("--grade", "0.5", "--reason", "The second step is nearly there.")
    run("review", "override", f"{road}", *otherwise, home=home)
    said = [word for name, text in LESSON.items() for word in (f"--{name.replace('_', '-')}", text)]
    run("review", "post-mortem", f"{road}", *said, home=home)
    days = ("--title", NEXT["title"], "--start", NEXT["start"], "--end", NEXT["end"])
    run("cycle", "add", *days, home=home)
    run("review", "carry", f"{road}", "--into", "after-that", home=home)
    run("cycle", "close", "the-quarter", home=home)
    return text("plan", "export", home=home)


def test_a_quarter_by_the_pages_and_by_file_and_commands_gives_the_same_export(
    organisation, browser_of, tmp_path
):
    manager, engineer = browser_of(organisation.max), browser_of(organisation.mia)
    write_by_the_pages(manager)
    live_by_the_pages(manager, engineer, browser_of(organisation.omar))
    assert Cycle.objects.get(key="the-quarter").state == "closed"
    assert PostMortem.objects.get().lesson == LESSON["lesson"]
    exported = queries.export()
    for said in ("state: closed", "bound_high: 45", "key: both-teams-are-on-the-road-2", "low: -8"):
        assert said in exported
    assert by_file_and_commands(tmp_path / "home") == exported
