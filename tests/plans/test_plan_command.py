"""`throughline plan` as a person and a pipeline use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.plans.documents import HEAD, QUARTER

from throughline.cli import main
from throughline.objectives.models import Goal
from throughline.plans.format.schema import json_schema

MEASURED = QUARTER.replace("baseline: 40", "baseline: measured").replace("baseline: 10", "baseline: measured")


@pytest.fixture
def plan(db, monkeypatch, tmp_path):
    """Runs `throughline plan …` in the test's own database, in a folder of its own."""
    monkeypatch.setattr("throughline.cli.plan.open_home", lambda home: home)
    monkeypatch.setattr("throughline.cli.plan.there", lambda home: home)
    monkeypatch.setattr("throughline.cli.plan.is_new", lambda home: False)
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(QUARTER)

    def run(*words: str, **options):
        return CliRunner().invoke(main, ["plan", *words], **options)

    return run


def test_apply_then_export_gives_the_file_back(plan):
    answer = plan("apply", "plan.yaml")
    assert answer.exit_code == 0, answer.output
    assert "+ goal:trust  Win the trust of large customers" in answer.stdout
    assert answer.stdout.endswith("8 to add. Applied.\n")
    assert plan("export", "-o", "again.yaml").exit_code == 0
    assert Path("again.yaml").read_text() == QUARTER == plan("export").stdout
    assert plan("apply", "again.yaml").stdout == "Nothing differs.\n"


def test_diff_shows_what_goes_and_what_comes_and_changes_nothing(plan):
    plan("apply", "plan.yaml")
    Path("plan.yaml").write_text(
        QUARTER.replace("owner: Lena Brandt", "description: |\n      One\n      Two")
    )
    answer = plan("diff", "plan.yaml")
    assert answer.stdout.splitlines() == [
        "~ goal:trust  Win the trust of large customers",
        "    - owner: Lena Brandt",
        "    + description: One",
        "    + description: Two",
        "1 to change.",
    ]
    assert Goal.objects.get().owner_name == "Lena Brandt"


def test_diff_for_programs_names_old_and_new(plan):
    plan("apply", "plan.yaml")
    Path("plan.yaml").write_text(QUARTER.replace("effort_high: 6", "effort_high: 7.5"))
    [change] = json.loads(plan("diff", "plan.yaml", "--json").stdout)["changes"]
    assert change == {
        "action": "change",
        "item": "initiative:robot",
        "title": "Patch by robot",
        "needs_reason": False,
        "fields": [{"name": "effort_high", "old": 6, "new": 7.5}],
    }


def test_what_would_steer_a_terminal_is_shown_as_its_code(plan):
    Path("plan.yaml").write_text(HEAD + 'goals:\n  - {key: a, title: "A \\e[31m \\u202e"}\n')
    assert "A \\x1b[31m [U+202E]" in plan("diff", "plan.yaml").stdout
    assert "\x1b" not in plan("diff", "plan.yaml").stdout


def test_bad_input_is_exit_code_2_with_every_place_and_nothing_on_standard_output(plan):
    Path("plan.yaml").write_text(
        QUARTER.replace("key: fewer", "key: Fewer").replace("title: Patch", "tilte: Patch")
    )
    for words in (("check",), ("diff",), ("apply",)):
        answer = plan(*words, "plan.yaml")
        assert (answer.exit_code, answer.stdout) == (2, "")
        assert answer.stderr.startswith("Error: plan.yaml:29:14: key: expected a key of small letters")
        assert "an initiative has no 'tilte' (did you mean title?)" in answer.stderr
    assert not Goal.objects.exists()


def test_check_for_programs_lists_problems_as_data(plan):
    Path("plan.yaml").write_text(QUARTER.replace("goal:trust", "goal:trsut"))
    answer = plan("check", "plan.yaml", "--json")
    assert answer.exit_code == 2
    assert json.loads(answer.stdout)["problems"] == [
        {
            "file": "plan.yaml",
            "line": 14,
            "column": 9,
            "message": "there is no goal 'trsut' (did you mean trust?): add it, or name another",
            "code": "unknown",
        }
    ]


def test_check_needs_no_data_folder(plan, monkeypatch):
    monkeypatch.setattr("throughline.cli.plan.is_new", lambda home: True)
    monkeypatch.setattr("throughline.cli.plan.open_home", None)
    Path("plan.yaml").write_text(MEASURED)
    answer = plan("check", "plan.yaml")
    assert answer.output.splitlines()[-1].startswith(
        "In order: 1 goal, 1 long term objective, 1 cycle, 1 objective, 2 key"
    )


def test_check_asks_the_linter_at_every_line_and_an_error_is_exit_code_1(plan):
    Path("plan.yaml").write_text(MEASURED.replace("title: Repair what", "title: Repair 90 % of what"))
    answer = plan("check", "plan.yaml", "--json")
    found = [(each["line"], each["rule"], each["severity"]) for each in json.loads(answer.stdout)["findings"]]
    assert (24, "D28", "warning") in found
    assert answer.exit_code == 0
    Path("plan.yaml").write_text(MEASURED.replace("        target: 20\n", ""))
    answer = plan("check", "plan.yaml")
    assert answer.exit_code == 1
    assert "D2 error: There is no target." in answer.stdout


def test_a_baseline_that_nobody_measured_is_an_error_and_one_that_will_be_is_none(plan):
    assert [line.split()[1] for line in plan("check", "plan.yaml").stdout.splitlines() if " D3 " in line] == [
        "D3",
        "D3",
    ]
    Path("plan.yaml").write_text(MEASURED)
    assert " D3 " not in plan("check", "plan.yaml").stdout


def test_lint_judges_the_key_results_of_a_plan_by_their_fields_too(plan):
    Path("plan.yaml").write_text(MEASURED)
    answer = CliRunner().invoke(main, ["lint", "plan.yaml", "--json"])
    results = json.loads(answer.stdout)["results"]
    assert [(each["line"], each["verdict"]) for each in results] == [(29, "decidable"), (34, "decidable")]
    Path("plan.yaml").write_text(QUARTER)
    answer = CliRunner().invoke(main, ["lint", "plan.yaml", "--json"])
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["counts"]["untracked"] == 2


def test_standard_input_is_a_file_like_any_other(plan):
    assert plan("check", "-", input=MEASURED).exit_code == 0
    answer = plan("check", "-", input="goals: 3")
    assert "standard input:1:8: expected a list behind goals" in answer.stderr


def test_a_reason_is_one_of_the_classes_and_a_text_comes_with_one(plan):
    assert "--reason: a text comes with its class" in plan("apply", "plan.yaml", "--text", "So.").stderr
    wordless = plan("apply", "plan.yaml", "--reason", "target moved")
    assert (wordless.exit_code, "--text: say in your own words" in wordless.stderr) == (2, True)
    answer = plan("apply", "plan.yaml", "--reason", "whim")
    assert (answer.exit_code, "target moved" in answer.stderr) == (2, True)


def test_a_file_that_is_not_there_and_a_cycle_that_is_not_known_are_refused(plan):
    assert plan("check", "missing.yaml").stderr == (
        "Error: missing.yaml: the file cannot be read: No such file or directory\n"
    )
    answer = plan("export", "--cycle", "2027-q1")
    assert (answer.exit_code, answer.stderr) == (2, "Error: --cycle: there is no cycle '2027-q1'\n")


def test_a_dry_run_changes_nothing(plan):
    answer = plan("apply", "plan.yaml", "--dry-run")
    assert answer.stdout.endswith("8 to add. Dry run: nothing was changed.\n")
    assert not Goal.objects.exists()


def test_the_schema_is_printed(plan):
    assert json.loads(plan("schema").stdout) == json_schema() == json.loads(plan("schema", "--json").stdout)


@pytest.mark.parametrize(
    ("before", "after", "place", "said"),
    [
        ("target: 20", "target: abc", "32:17", "target: A target is a number such as 12.5"),
        ("baseline: 40", "baseline: forty", "31:19", "baseline: expected a number or 'measured'"),
        (
            "target: 20",
            "window: 9 moons\n        target: 20",
            "32:17",
            "window: a window is 'period'",
        ),
        (
            "target: 20",
            "where: severity >= 'hihg'\n        target: 20",
            "32:16",
            "where: there is no severity 'hihg' (did you mean high?)",
        ),
        (
            "metric: count()\n        baseline: 40",
            "metric: mean(mitigated - identfied)\n        baseline: 40",
            "30:17",
            "metric: there is no field 'identfied' (did you mean identified?)",
        ),
        (
            "metric: count()\n        baseline: 40\n        target: 20",
            "kind: keep\n        metric: count()\n        bound_low: 9\n        bound_high: 5",
            "32:20",
            "bound_low: The lower bound 9 is above the upper bound 5. Swap them",
        ),
        (
            "metric: count()\n        baseline: 40\n        target: 20",
            "kind: milestone\n        steps:\n          - {title: A, weight: 30}\n"
            "          - {title: B, weight: 30}",
            "32:11",
            "steps: The weights of the steps make 60. They have to make 100",
        ),
    ],
)
@pytest.mark.parametrize("has_folder", [True, False])
def test_check_refuses_what_would_never_be_a_promise(
    plan, monkeypatch, has_folder, before, after, place, said
):
    monkeypatch.setattr("throughline.cli.plan.is_new", lambda home: not has_folder)
    assert before in QUARTER
    Path("plan.yaml").write_text(QUARTER.replace(before, after, 1).replace("goal:trust", "goal:trsut"))
    answer = plan("check", "plan.yaml")
    assert answer.exit_code == 2
    first, second = answer.stderr.splitlines()
    assert first.startswith("Error: plan.yaml:14:9: there is no goal 'trsut'")
    assert second.startswith(f"plan.yaml:{place}: {said}")
    assert second.endswith(": this key result is not decidable")


def test_check_without_a_folder_lets_a_field_of_an_import_be_and_with_one_knows_them_all(plan, monkeypatch):
    written = MEASURED.replace("target: 20", "where: exploited_by_pirates = 'yes'\n        target: 20")
    Path("plan.yaml").write_text(written)
    assert "there is no field 'exploited_by_pirates'" in plan("check", "plan.yaml").stderr
    monkeypatch.setattr("throughline.cli.plan.is_new", lambda home: True)
    assert plan("check", "plan.yaml").exit_code == 0


def test_lint_shows_the_sentence_that_it_judged_where_a_key_result_has_no_title(plan):
    lines = ("kind: keep", "metric: time_to_remediate", "where: severity >= 'high'", "bound_high: 20")
    keep = "\n        ".join(lines)
    before = "metric: count()\n        baseline: 10\n        target: 5"
    Path("plan.yaml").write_text(QUARTER.replace(before, keep))
    results = json.loads(CliRunner().invoke(main, ["lint", "plan.yaml", "--json"]).stdout)["results"]
    assert [each["text"] for each in results] == [
        "Number of vulnerabilities, from 40 to 20 by 2027-03-31",
        "Time to remediate of high and critical (restricted mean, 90 days), at most 20 by 2027-03-31",
    ]


def test_a_plan_that_is_too_large_names_its_size(plan):
    with Path("plan.yaml").open("wb") as file:
        file.truncate(80_000_000)
    answer = plan("check", "plan.yaml")
    assert answer.exit_code == 2
    assert answer.stderr == (
        "Error: plan.yaml:1:1: expected at most 1,000,000 bytes, found 80,000,000: split the file\n"
    )
