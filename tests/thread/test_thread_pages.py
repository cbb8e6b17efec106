"""The thread as people and programs read it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner
from tests.thread.plan import ACTOR, NOW, small_plan

from throughline.cli import main
from throughline.objectives import items


@pytest.fixture
def page(db, organisation, browser_of):
    """Asks for the page as the viewer of another team."""

    def get(address: str = "/thread/"):
        return browser_of(organisation.omar).get(address)

    return get


def text_of(response) -> str:
    return response.content.decode()


def test_an_empty_home_teaches_what_a_thread_is(page):
    assert "No thread yet" in text_of(page())


def test_the_drawing_and_the_list_hold_every_part(page):
    small_plan()
    shown = text_of(page())
    for title in (
        "Win enterprise customers",
        "Secure the product",
        "Fewer are open",
        "Patch by robot",
        "Mia",
    ):
        assert shown.count(title) >= 2
    assert "Broken in 3 places" in shown


def test_a_line_is_told_and_its_address_can_be_shared(page):
    small_plan()
    shown = text_of(page("/thread/?line=initiative:patch-by-robot"))
    assert "“Patch by robot” is expected to move “Fewer are open” by −8 to −3." in shown
    assert 'aria-current="true"' in shown


def test_a_line_that_is_not_there_shows_the_whole_thread(page):
    small_plan()
    assert 'id="line"' not in text_of(page("/thread/?line=initiative:gone"))


def test_objectives_that_support_each_other_are_listed_all_the_same(page):
    cycle = items.add_cycle(ACTOR, title="2026-Q4", start=date(2026, 10, 1), end=date(2026, 12, 31), now=NOW)
    first, second = (items.add_item(ACTOR, "objective", title=t, cycle=cycle, now=NOW) for t in ("A", "B"))
    items.join(ACTOR, first, second, "supports", now=NOW)
    items.join(ACTOR, second, first, "supports", now=NOW)
    assert {each.shown.node.title for each in page().context["outline"]} == {"A", "B"}


def test_a_cycle_that_is_not_there_is_not_found(page):
    assert page("/thread/?cycle=2031-q1").status_code == 404


def test_json_and_csv_say_the_same(page):
    small_plan()
    answer = json.loads(page("/thread.json").content)
    rows = b"".join(page("/thread.csv").streaming_content).decode().splitlines()
    assert len(rows) == len(answer["nodes"]) + 1
    assert {
        "from": "key_result:builds-stay-fast",
        "to": "objective:repair-what-matters-first",
    }.items() <= next(edge for edge in answer["edges"] if edge["kind"] == "balances").items()
    assert {(each["node"], each["reason"]) for each in answer["broken"]} == {
        ("initiative:tidy-the-wiki", "It is expected to move no key result."),
        ("initiative:tidy-the-wiki", "Nobody works on it."),
        (
            "initiative:tidy-the-wiki",
            "It has no narrative: how would you tell the board, a customer, an engineer?",
        ),
    }


def test_a_title_never_becomes_markup(page):
    from tests.thread.plan import ACTOR, NOW

    from throughline.objectives.items import add_item

    add_item(ACTOR, "goal", title="<script>alert(1)</script>", now=NOW)
    assert "<script>alert(1)" not in text_of(page())


@pytest.fixture
def command(db, monkeypatch, tmp_path):
    """Runs `throughline thread …` in the test's own database."""
    monkeypatch.setattr("throughline.cli.thread.open_home", lambda home: home)

    def run(*arguments: str):
        return CliRunner().invoke(main, ["thread", *arguments, "--home", str(tmp_path)])

    return run


def test_the_command_answers_as_the_page_does(command):
    small_plan()
    answer = json.loads(command("--json").stdout)
    assert {
        "id": "goal:win-enterprise-customers",
        "kind": "goal",
        "title": "Win enterprise customers",
    } in answer["nodes"]
    assert {edge["kind"] for edge in answer["edges"]} == {"contributes", "balances"}
    assert "! initiative:tidy-the-wiki: Nobody works on it." in command().stdout


def test_the_command_names_every_part_whole_so_that_its_line_can_be_asked_for(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "70")
    small_plan()
    answer = command()
    names = [node["id"] for node in json.loads(command("--json").stdout)["nodes"]]
    assert [name for name in names if name not in answer.stdout] == []


def test_the_command_tells_the_thread_as_an_outline_with_every_part_under_what_it_serves(command):
    small_plan()
    lines = command().stdout.splitlines()
    assert lines[:5] == [
        "goal: Win enterprise customers [goal:win-enterprise-customers]",
        "  long term objective: Secure the product [long_term_objective:secure-the-product]",
        "    objective: Repair what matters first [objective:repair-what-matters-first]",
        "      key result: Fewer are open [key_result:fewer-are-open]",
        "        initiative: Patch by robot [initiative:patch-by-robot]",
    ]
    assert "      key result: Builds stay fast (balances) [key_result:builds-stay-fast]" in lines


def test_parts_that_serve_each_other_are_told_once(command):
    cycle = items.add_cycle(ACTOR, title="2026-Q4", start=date(2026, 10, 1), end=date(2026, 12, 31), now=NOW)
    first, second = (items.add_item(ACTOR, "objective", title=t, cycle=cycle, now=NOW) for t in ("A", "B"))
    items.join(ACTOR, first, second, "supports", now=NOW)
    items.join(ACTOR, second, first, "supports", now=NOW)
    lines = command().stdout.splitlines()
    assert lines[:3] == [
        "objective: A [objective:a]",
        "  objective: B (supports) [objective:b]",
        "    objective: A (supports) [objective:a] see above",
    ]


def test_the_command_tells_the_line_of_a_part(command):
    small_plan()
    assert command("--of", "person:mia").stdout.startswith("Mia works on “Patch by robot”. Robots patch.")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--of", "person:nobody"), "--of: there is no 'person:nobody' in this cycle"),
        (("--cycle", "2031-q1"), "--cycle: there is no cycle '2031-q1'; there are: 2026-q4"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(command, given, message):
    small_plan()
    answer = command(*given)
    assert (answer.exit_code, message in answer.stderr) == (2, True)
