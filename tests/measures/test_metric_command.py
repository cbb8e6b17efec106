"""`throughline metric` on real data, in processes of their own."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.commands import answered
from tests.homes import ready


def throughline(*words: str, home) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "THROUGHLINE_HOME"}
    return answered(
        [words[0], "--home", str(ready(home)), *words[1:]], folder=Path.cwd(), environment=environment
    )


def answer(*words: str, home) -> dict:
    done = throughline("metric", *words, "--json", home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def curl_home(shared_data, tmp_path_factory):
    home = tmp_path_factory.mktemp("curl")
    done = throughline("import", str(shared_data / "curl_vulnerabilities.csv"), home=home)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="module")
def snapshot_home(shared_data, tmp_path_factory):
    home = tmp_path_factory.mktemp("snapshots")
    mapping = ["--map", "introduced=introduced_release_at", "--map", "mitigated=announced_at"]
    history = ["--as-of-column", "as_of", "--full"]
    done = throughline("import", str(shared_data / "curl_snapshots.csv"), *mapping, *history, home=home)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="module")
def known(shared_data):
    answers = json.loads((shared_data / "curl_known_answers_dev.json").read_text())["answers"]
    return {each["id"]: each["value"] for each in answers}


def test_the_published_figures_come_out_of_an_import_without_a_mapping(curl_home, known):
    assert answer("count()", home=curl_home)["rows"][0]["value"] == known["n_total"]
    mean = answer("mean(identified - introduced)", home=curl_home)
    assert mean["rows"][0]["value"] == pytest.approx(known["mean_ttd_days"], abs=0.001)
    assert mean["unit"] == "days"
    fix = answer("mean(announced_at - identified)", "--where", "announced_at >= identified", home=curl_home)
    assert fix["rows"][0]["value"] == pytest.approx(known["mean_fixtime_days"], abs=0.05)
    levels = {
        row["group"]["severity"]: row["value"]
        for row in answer("count()", "--by", "severity", home=curl_home)["rows"]
    }
    assert (levels["low"], levels["medium"]) == (known["severity_low"], known["severity_medium"])


def test_the_median_of_remediation_has_its_published_interval(curl_home):
    row = answer("km_median(identified -> mitigated)", home=curl_home)["rows"][0]
    assert (row["value"], row["low"], row["high"], row["n"], row["n_negative"]) == (26, 22, 29, 204, 1)


def test_a_period_and_its_warning(curl_home):
    found = answer(
        "time_to_detect", "--by", "year", "--from", "2024-01-01", "--to", "2027-01-01", home=curl_home
    )
    assert [row["group"]["year"] for row in found["rows"]] == ["2024", "2025", "2026"]
    assert [round(row["value"] / 365.25, 2) for row in found["rows"]] == [3.96, 5.95, 10.36]
    assert "detection_truncated" in [each["code"] for each in found["warnings"]]


@pytest.mark.parametrize(("day", "value"), [("2024-12-12", 4.65), ("2026-06-26", 34.91)])
def test_the_same_year_as_known_at_two_dates(snapshot_home, day, value):
    words = ["average_latent()", "--by", "year", "--from", "2024-01-01", "--to", "2025-01-01"]
    found = answer(*words, "--as-known-at", day, home=snapshot_home)
    assert [round(row["value"], 2) for row in found["rows"]] == [value]
    assert found["as_known_at"].startswith(day)


def test_by_time_the_change_stands_beside_what_was_before_as_the_page_has_it(curl_home):
    done = throughline("metric", "count()", "--by", "year", home=curl_home)
    assert done.stdout.split("\n")[0].split()[-3:] == ["before", "change", "clearly"]
    assert "−" in done.stdout


def test_before_anything_was_known(snapshot_home):
    found = answer("count()", "--as-known-at", "2019-01-01", home=snapshot_home)
    assert (found["rows"], found["warnings"][0]["code"]) == ([], "nothing_known_yet")


def test_a_table_as_csv(curl_home):
    done = throughline("metric", "count()", "--by", "severity", "--csv", home=curl_home)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["severity"] for row in rows] == ["low", "medium", "high", "critical"]
    assert sum(float(row["value"]) for row in rows) == 206


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_a_name_that_nobody_has_is_said_beside_figures_for_a_program(curl_home, form):
    done = throughline("metric", "count()", "--where", "team = 'nosuch'", form, home=curl_home)
    assert done.returncode == 0
    assert "Warning: There is no team 'nosuch'" in done.stderr
    assert done.stdout


def test_a_table_for_a_person_names_the_warning_and_the_definition(curl_home):
    done = throughline("metric", "time_to_detect", home=curl_home)
    assert "detection_truncated" in done.stdout
    assert "state in ('confirmed', 'accepted')" in done.stdout.replace("\n", "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["time_to_detct"], "Error: metric: there is no metric 'time_to_detct' (did you mean time_to_d"),
        (["mean(mitigated - severity)"], "Error: metric: cannot subtract a severity from a date (column 18)"),
        (["count()", "--where", "severty = 1"], "Error: --where: there is no field 'severty' (did you"),
        (["count()", "--why", "severity", "--power-for", "0.5"], "Error: --power-for: ask it apart"),
        (["count()", "--where", "cvss > 11", "--power-for", "2"], "Error: --power-for: there are no events"),
        (["count()", "--by", "decade"], "Error: --by: there is no field 'decade'"),
        (["average_open()", "--at", "identified"], "Error: --at: average_open() looks at windows of time"),
        (["count()", "--from", "yesterday"], "Error: --from: expected a date"),
        (["count()", "--to", "tomorrow"], "Error: --to: expected a date such as"),
        (["count()", "--as-known-at", "yesterday"], "Error: --as-known-at: expected a date such as"),
        (["count()", "--from", "2025-01-01", "--to", "2024-01-01"], "Error: --from: the period ends before"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_ends_with_2_and_a_sentence(curl_home, words, says):
    done = throughline("metric", *words, home=curl_home)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_the_ready_made_metrics_are_listed(tmp_path):
    done = throughline("metric", home=tmp_path)
    assert "time_to_remediate" in done.stdout


def test_several_processes_ask_at_once_while_the_read_side_is_first_made(tmp_path):
    rows = "".join(f"K-{number},low,2024-01-{number % 28 + 1:02}\n" for number in range(6_000))
    (tmp_path / "many.csv").write_text("id,severity,identified_at\n" + rows)
    assert throughline("import", str(tmp_path / "many.csv"), home=tmp_path / "home").returncode == 0
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(answer, "count()", home=tmp_path / "home") for _ in range(3)]
        found = [each.result()["rows"][0]["value"] for each in asked]
    assert found == [6_000, 6_000, 6_000]
    assert len(list((tmp_path / "home" / "columns").glob("*.duckdb"))) == 1
    assert throughline("check", home=tmp_path / "home").returncode == 0


def test_a_read_side_that_says_something_else_is_found(tmp_path):
    import duckdb

    rows = "".join(f"K-{number},low\n" for number in range(6_000))
    (tmp_path / "many.csv").write_text("id,severity\n" + rows)
    home = tmp_path / "home"
    throughline("import", str(tmp_path / "many.csv"), home=home)
    answer("count()", home=home)
    with duckdb.connect(str(next((home / "columns").glob("*.duckdb")))) as base:
        base.execute("UPDATE versions SET severity = 4 WHERE id = 'K-17'")
    done = throughline("check", home=home)
    assert done.returncode == 1
    assert "differs on the read side" in done.stdout
