"""`throughline metric push`, `import`, and a series asked for by its name."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from throughline.cli import main
from throughline.series.models import Reading

pytestmark = pytest.mark.django_db
CSV = "at,value,note\n2026-09-30,20,before\n2026-10-31,15,\n"


@pytest.fixture
def metric(monkeypatch, tmp_path):
    """Runs `throughline metric …` in the test's own database."""
    for module in ("metric", "series"):
        monkeypatch.setattr(f"throughline.cli.{module}.open_home", lambda home: home)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "builds.csv").write_text(CSV)

    def run(*words: str, **options):
        return CliRunner().invoke(main, ["metric", *words], **options)

    return run


def test_a_push_answers_with_the_series_and_what_it_gained(metric):
    answer = metric("push", "build_minutes", "11.5", "--at", "2026-09-20", "--unit", "minutes", "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert (told["made"], told["added"], told["value"], told["unit"]) == (True, 1, 11.5, "minutes")
    again = metric("push", "build_minutes", "11.5", "--at", "2026-09-20")
    assert again.output == (
        "build_minutes: 0 added, 1 known already; 11.5 minutes on 2026-09-20 is the newest.\n"
    )


def test_a_negative_value_follows_two_dashes(metric):
    assert metric("push", "balance", "--at", "2026-09-20", "--", "-3").exit_code == 0
    assert Reading.objects.get().value == -3


def test_a_file_is_imported_whole_or_not_at_all(metric, tmp_path):
    answer = metric("import", "build_minutes", "builds.csv", "--unit", "minutes")
    assert answer.output == ("build_minutes: new series, 2 added; 15 minutes on 2026-10-31 is the newest.\n")
    (tmp_path / "builds.csv").write_text(CSV + "2026-11-01,fast,\n")
    refused = metric("import", "build_minutes", "builds.csv")
    assert refused.exit_code == 2
    assert "builds.csv:4: expected a number, found 'fast'" in refused.output
    assert Reading.objects.count() == 2


def test_a_file_comes_from_standard_input_too(metric):
    assert metric("import", "build_minutes", "-", input=CSV).exit_code == 0
    refused = metric("import", "build_minutes", "-", input="at,value\n1,2\n")
    assert "stdin:2: expected a date" in refused.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("push", "arrivals", "3", "--at", "2026-09-20"), "NAME: 'arrivals' is a metric of the catalogue"),
        (("push", "builds", "many", "--at", "2026-09-20"), "VALUE: expected a number, found 'many'"),
        (
            ("push", "builds", "41%", "--at", "2026-09-20"),
            "VALUE: expected a number, found '41%' (a share: give --unit share)",
        ),
        (("push", "builds", "3", "--at", "soon"), "--at: expected a date"),
        (("push", "builds", "3", "--at", "2026-09-20", "--cadence", "no"), "--cadence: expected 1 to 366"),
        (("import", "builds", "none.csv"), "none.csv: cannot be read"),
    ],
)
def test_what_is_wrong_exits_with_2_and_names_its_place(metric, words, said):
    answer = metric(*words)
    assert answer.exit_code == 2
    assert answer.output.startswith(f"Error: {said}")


def test_a_series_answers_to_its_name_with_its_values_and_the_last(metric):
    metric("import", "build_minutes", "builds.csv", "--unit", "minutes")
    told = json.loads(metric("build_minutes", "--json").stdout)
    assert (told["value"], told["n"], [each["value"] for each in told["values"]]) == (15, 2, [20, 15])
    assert json.loads(metric("build_minutes", "--to", "2026-10-01", "--json").stdout)["value"] == 20
    head = metric("build_minutes", "--csv").output.splitlines()[0]
    assert head.startswith("at,value,note,origin,author,recorded_at,before,")
    assert "2026-10-31 00:00" in metric("build_minutes").output


def test_a_series_has_no_records_to_choose_from_or_to_group(metric):
    metric("import", "build_minutes", "builds.csv")
    for words in (("--where", "kev"), ("--by", "service"), ("--at", "triaged")):
        answer = metric("build_minutes", *words)
        assert answer.exit_code == 2
        assert answer.output.startswith(f"Error: {words[0]}: 'build_minutes' is a series")


def test_expressions_and_metrics_are_answered_as_ever(metric):
    assert metric("count()", "--json").exit_code == 0
    assert "did you mean" in metric("arivals").output


def test_a_value_is_taken_back_by_its_day_with_a_reason(metric, monkeypatch):
    monkeypatch.setattr("throughline.cli.series.there", lambda home: home)
    metric("push", "build_minutes", "11.5", "--at", "2026-09-20")
    why = ("--reason", "The job measured another branch.")
    answer = metric("withdraw", "build_minutes", "--at", "2026-09-20", *why)
    assert answer.output == "build_minutes has no value of 2026-09-20 any more; 11.5 stays in its history.\n"
    again = metric("withdraw", "build_minutes", "--at", "2026-09-20", *why)
    assert (again.exit_code, "--at: build_minutes has no value" in again.stderr) == (2, True)
    unknown = metric("withdraw", "build_hours", "--at", "2026-09-20", *why)
    assert (unknown.exit_code, "there is no series 'build_hours'" in unknown.stderr) == (2, True)


def test_a_file_of_more_than_is_taken_is_refused_without_being_read(metric, monkeypatch):
    monkeypatch.setattr("throughline.cli.series.MOST_BYTES", 2**20)
    answer = metric("import", "build_minutes", "-", input="at,value\n" + "x" * 2**20)
    assert (answer.exit_code, "expected at most 1 MB of values" in answer.stderr) == (2, True)
    assert not Reading.objects.exists()
