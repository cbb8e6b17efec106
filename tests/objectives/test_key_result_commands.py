"""`throughline kr` as a person and a program use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.homes import ready
from tests.objectives.register import import_of, record, terms

from throughline.cli import main
from throughline.cli.common import now
from throughline.objectives import items
from throughline.objectives.models import KeyResult
from throughline.objectives.sketches import add_sketch


@pytest.fixture
def kr(db, monkeypatch, in_november):
    """Runs `throughline kr …` in the test's own database."""
    monkeypatch.setattr("throughline.cli.kr.open_home", lambda home: home)

    def run(*words: str):
        return CliRunner().invoke(main, ["kr", *words])

    return run


def options(**fields) -> list[str]:
    return [word for name, value in terms(**fields).items() for word in (f"--{name}", value)]


def added(kr, **fields) -> dict:
    answer = kr("add", *options(**fields), "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def some_arrivals(count: int) -> None:
    for _ in range(count):
        record("2026-10-05", known_at=now())


def test_add_answers_with_everything_that_show_says(kr):
    some_arrivals(30)
    made = added(kr, where="severity >= 'high'", title="Fewer")
    shown = json.loads(kr("show", str(made["id"]), "--json").stdout)
    assert shown == made | {"expected": shown["expected"], "reason": shown["reason"]}
    assert (shown["value"], shown["baseline"], shown["target"]) == (30, 40, 20)
    assert shown["progress"] == {"raw": 0.5, "shown": 0.5}
    assert (shown["verdict"], shown["grade"], shown["due"]) == ("open", None, "2026-12-31")
    assert shown["title"] == "Fewer"
    assert shown["sentence"] == "Arrivals of high and critical, from 40 to 20 by 31 Dec 2026"
    assert len(shown["versions"]) == len(shown["measurements"]) == 1


def test_a_key_result_of_the_past_is_graded_when_it_is_added(kr):
    some_arrivals(30)
    made = added(kr, start="2026-10-01", due="2026-10-31")
    assert (made["status"], made["verdict"], made["grade"]) == ("closed", "missed", 0.5)


def test_list_measures_first_and_leaves_the_history_out(kr):
    some_arrivals(30)
    added(kr)
    record("2026-10-06", known_at=now())
    found = json.loads(kr("list", "--json").stdout)
    assert [each["value"] for each in found] == [31]
    assert "versions" not in found[0]


def test_a_person_reads_a_table_and_a_page_of_plain_sentences(kr):
    some_arrivals(30)
    made = added(kr, window="all")
    assert "Arrivals" in kr("list").stdout
    page = kr("show", str(made["id"])).stdout
    assert "from 40 to 20 by 31 Dec 2026" in page
    assert "50 % of the way" in page


def test_an_empty_list_teaches(kr):
    assert "kr add --help" in kr("list").stdout
    assert json.loads(kr("list", "--json").stdout) == []


def test_a_change_needs_its_reason_and_shows_the_versions(kr):
    some_arrivals(30)
    made = added(kr)
    answer = kr(
        *("change", str(made["id"]), "--target", "25", "--reason", "target moved"),
        *("--text", "Two people left.", "--json"),
    )
    empty = kr("change", str(made["id"]), "--target", "30", "--reason", "target moved", "--text", " ")
    assert (empty.exit_code, "--text: say in your own words" in empty.stderr) == (2, True)
    versions = json.loads(answer.stdout)["versions"]
    assert [(each["number"], each["target"], each["reason"]) for each in versions] == [
        (1, 20, "first version"),
        (2, 25, "target moved"),
    ]
    assert versions[1]["text"] == "Two people left."


def test_close_grades_what_no_newer_data_will_reach(kr):
    import_of("tracker", now().replace(year=2024))
    record("2024-02-01", known_at=now().replace(year=2024, month=2, day=2))
    record("2024-02-01", known_at=now().replace(year=2024, month=2, day=2))
    from throughline.sources.models import Import

    Import.objects.filter(known_at__year=2024, known_at__month__gt=2).delete()
    made = added(kr, start="2024-01-01", due="2024-03-31")
    assert (made["status"], made["grade"]) == ("stale", None)
    closed = json.loads(kr("close", str(made["id"]), "--json").stdout)
    assert (closed["status"], closed["grade"], closed["verdict"]) == ("closed", 1.0, "hit")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"target": "40"}, "Error: --target: The target is the same as the baseline"),
        (
            {"metric": "time_to_detct"},
            "Error: --metric: there is no metric 'time_to_detct' (did you mean",
        ),
        ({"due": "2026-09-01"}, "Error: --due: the due date"),
        ({"baseline": "measured", "metric": "mean(mitigated - identified)"}, "give a number"),
        ({"cadence": "400"}, "Error: --cadence: expected between 1 and 366 days"),
    ],
)
def test_what_cannot_be_decided_exits_with_2_and_one_sentence(kr, fields, said):
    some_arrivals(1)
    answer = kr("add", *options(**fields))
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.output
    assert not KeyResult.objects.exists()


def test_an_unknown_number_says_how_to_find_the_known_ones(kr):
    answer = kr("show", "99")
    assert answer.exit_code == 2
    assert "there is no key result 99" in answer.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("show",),
        ("close",),
        ("check", "--fail-under", "0.4"),
        ("change", "--target", "3", "--reason", "target moved", "--text", "Two people left."),
    ],
)
def test_a_sketch_is_told_from_a_key_result_in_force(kr, words):
    days = {"start": date(2027, 1, 1), "end": date(2027, 3, 31)}
    cycle = items.add_cycle("test", title="2027-Q1", now=now(), **days)
    objective = items.add_item("test", "objective", title="Repair first", cycle=cycle, now=now())
    sketch = add_sketch("test", objective, title="Faster", now=now())
    answer = kr(words[0], str(sketch.pk), *words[1:])
    assert answer.exit_code == 2
    assert f"key result {sketch.pk} is still a sketch" in answer.stderr
    assert "throughline cycle show 2027-q1" in answer.stderr


def test_a_list_says_how_many_sketches_wait_and_where(kr):
    days = {"start": date(2027, 1, 1), "end": date(2027, 3, 31)}
    cycle = items.add_cycle("test", title="2027-Q1", now=now(), **days)
    objective = items.add_item("test", "objective", title="Repair first", cycle=cycle, now=now())
    add_sketch("test", objective, title="Faster", now=now())
    assert kr("list").stdout.endswith("\n1 sketch waits in 2027-Q1 until it is set.\n")
    add_sketch("test", objective, title="Fewer", now=now())
    added(kr)
    assert kr("list").stdout.endswith("\n2 sketches wait in 2027-Q1 until it is set.\n")
    assert len(json.loads(kr("list", "--json").stdout)) == 1


def test_the_command_works_in_a_process_of_its_own_on_a_home_of_its_own(tmp_path: Path):
    # By this machine's own clock, since it is a process of its own.
    said = options(start=f"{date.today()}", due=f"{date.today() + timedelta(days=30)}")
    words = ["kr", "add", "--home", str(ready(tmp_path)), *said, "--json"]
    environment = {key: value for key, value in os.environ.items() if key != "THROUGHLINE_HOME"}
    answer = subprocess.run(
        [sys.executable, "-m", "throughline.cli", *words], capture_output=True, text=True, env=environment
    )
    assert answer.returncode == 0, answer.stderr
    made = json.loads(answer.stdout)
    # An empty home knows nothing: no arrivals is no good news.
    assert (made["status"], made["value"]) == ("pending", None)
    assert made["reason"] == "No value yet: nothing was imported yet, so nothing is known."
