"""`throughline forecast base-rate`: KEV, EPSS and lists of breaches, and how each is refused."""

import gzip
import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from throughline.cli import main
from throughline.engine import base_rates

PUBLISHED = json.loads((Path(__file__).resolve().parents[2] / "docs" / "forecast.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(PUBLISHED, format_checker=jsonschema.FormatChecker(["date"]))
KEV_HEAD = (
    "cveID,vendorProject,product,vulnerabilityName,dateAdded,shortDescription,requiredAction,dueDate,"
    "knownRansomwareCampaignUse,notes,cwes\n"
)
EPSS = (
    "#model_version:v2025.03.14,score_date:2026-11-20T12:55:00Z\n"
    "cve,epss,percentile\n"
    "CVE-2021-44228,0.94,0.999\nCVE-2024-0001,0.1,0.9\nCVE-2024-0002,0.2,0.95\n"
)
BREACHES = (
    "Company,Industry,Breach date,Records lost,Loss\n"
    'Ada Ltd,Health,2024-01-15,"1,000",$250000\n'
    "Bo Inc,Health,2024-07-01,500,\n"
    "ada ltd,Health,2024-08-01,,100000\n"
    "Cy plc,Retail,2025-12-31,unknown,50000\n"
)


def kev_line(number, day, vendor="Acme", product="Gate"):
    return f'CVE-2024-{number:04},{vendor},{product},"A flaw, bad",{day},Text,Do,2024-12-31,Unknown,,CWE-79\n'


@pytest.fixture
def base_rate(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    days = [f"2024-{month:02}-10" for month in range(1, 13)]
    kev = KEV_HEAD + "".join(kev_line(n, day) for n, day in enumerate(days, 1))
    (tmp_path / "kev.csv").write_text(kev + kev_line(99, "2024-12-30", vendor="Other"))
    (tmp_path / "epss.csv").write_text(EPSS)
    (tmp_path / "epss.csv.gz").write_bytes(gzip.compress(EPSS.encode()))
    (tmp_path / "breaches.csv").write_text(BREACHES)

    def run(*words, **options):
        return CliRunner().invoke(main, ["forecast", "base-rate", *words], **options)

    return run


def answered(answer):
    assert answer.exit_code == 0, answer.output
    document = json.loads(answer.stdout)
    VALIDATOR.validate(document)
    return document


# KEV


def test_entries_of_a_vendor_are_a_rate(base_rate):
    window = ("--since", "2024-01-01", "--until", "2024-12-30")
    document = answered(base_rate("kev.csv", "--kind", "kev", "--vendor", "acme", *window, "--json"))
    assert (document["events"], document["years"]) == (12, 1.0)
    assert [each["events"] for each in document["by_month"]] == [1] * 12
    rate = base_rates.gamma_poisson(12, 1.0)
    assert document["rate_per_year"]["mean"] == pytest.approx(12.5)
    assert document["at_least_one"]["value"] == pytest.approx(rate.at_least_one(0.25).value)
    assert any("D33" in warning for warning in document["warnings"])


def test_without_a_window_it_is_that_of_the_whole_file_and_it_is_said(base_rate):
    document = answered(base_rate("kev.csv", "--kind", "kev", "--vendor", "Other", "--json"))
    assert (document["from"], document["until"], document["events"]) == ("2024-01-10", "2024-12-30", 1)
    assert "first to its last day" in document["warnings"][0]


def test_a_vendor_that_was_never_hit_in_the_window_has_a_rate_above_nothing(base_rate):
    words = ("--vendor", "Other", "--since", "2024-01-01", "--until", "2024-06-30")
    document = answered(base_rate("kev.csv", "--kind", "kev", *words, "--json"))
    assert document["events"] == 0
    assert document["at_least_one"]["value"] > 0.1


def test_a_mistyped_vendor_is_refused_with_the_nearest(base_rate):
    refused = base_rate("kev.csv", "--kind", "kev", "--vendor", "Acne")
    assert refused.exit_code == 2
    assert "no row has the vendorProject 'Acne' (did you mean Acme?)" in refused.stderr


def test_a_backlog_and_bursts_are_told(base_rate, tmp_path):
    many = "".join(kev_line(n, "2024-01-03") for n in range(1, 40)) + kev_line(50, "2024-09-01")
    (tmp_path / "backlog.csv").write_text(KEV_HEAD + many)
    document = answered(base_rate("backlog.csv", "--kind", "kev", "--json"))
    assert any("looks like a backlog" in warning for warning in document["warnings"])
    bursts = kev_line(1, "2024-01-01") + "".join(kev_line(n, "2024-05-05") for n in range(2, 30))
    (tmp_path / "bursts.csv").write_text(KEV_HEAD + bursts + kev_line(60, "2024-10-01"))
    document = answered(base_rate("bursts.csv", "--kind", "kev", "--json"))
    assert any("come in bursts" in warning for warning in document["warnings"])


# EPSS


@pytest.mark.parametrize("name", ["epss.csv", "epss.csv.gz"])
def test_one_of_several_cves_is_the_complement_of_none(base_rate, name):
    words = ("--cve", "CVE-2024-0001", "--cve", "cve-2024-0002", "--cve", "CVE-2020-9999")
    document = answered(base_rate(name, "--kind", "epss", *words, "--json"))
    assert document["in_30_days"] == pytest.approx(1 - 0.9 * 0.8)
    assert document["at_least_one"] == pytest.approx(1 - (0.9 * 0.8) ** (91.25 / 30))
    assert document["missing"] == ["CVE-2020-9999"]
    assert (document["score_date"], document["model_version"]) == ("2026-11-20T12:55:00Z", "v2025.03.14")
    assert "constant hazard" in " ".join(document["warnings"])


def test_the_cves_may_stand_in_any_file(base_rate, tmp_path):
    (tmp_path / "mine.txt").write_text("log4j: CVE-2021-44228, and CVE-2024-0001 twice: CVE-2024-0001\n")
    document = answered(base_rate("epss.csv", "--kind", "epss", "--cves", "mine.txt", "--json"))
    assert [each["cve"] for each in document["cves"]] == ["CVE-2021-44228", "CVE-2024-0001"]


# Breaches


def test_a_list_is_read_by_what_such_lists_call_their_columns(base_rate):
    document = answered(base_rate("breaches.csv", "--kind", "breaches", "--json"))
    assert (document["events"], document["model"]) == (4, "gamma-Poisson")
    assert document["losses"] == {"n": 3, "q05": 55000, "median": 100000, "q95": pytest.approx(235000)}
    assert document["records"]["n"] == 2


def test_of_so_many_organisations_each_counts_once_a_year(base_rate):
    words = ("--organisations", "100", "--sector", "health", "--since", "2024-01-01", "--until", "2025-12-30")
    document = answered(base_rate("breaches.csv", "--kind", "breaches", *words, "--json"))
    assert (document["events"], document["hit"], document["years"]) == (3, 2, 2.0)
    share = base_rates.beta_binomial(2, 200)
    assert document["share_per_year"]["mean"] == pytest.approx(share.mean)
    assert document["at_least_one"]["value"] == pytest.approx(share.at_least_one(0.25).value)


def test_columns_of_any_other_name_are_mapped(base_rate, tmp_path):
    (tmp_path / "own.csv").write_text("Tag;Wann\nx;31.01.2024\ny;03.04.2025\n")
    assert "no column 'date'" in base_rate("own.csv", "--kind", "breaches").stderr
    document = answered(base_rate("own.csv", "--kind", "breaches", "--map", "date=Wann", "--json"))
    assert (document["from"], document["until"]) == ("2024-01-31", "2025-04-03")


# For people, and refusals


def test_one_event_is_one_event(base_rate, tmp_path):
    (tmp_path / "one.csv").write_text("date\n2024-01-31\n2024-12-30\n")
    said = base_rate("one.csv", "--kind", "breaches", "--since", "2024-06-01").output
    assert "1 event from" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("kev.csv", "--kind", "kev"), "13 events from 2024-01-10 to 2024-12-30"),
        (("epss.csv", "--kind", "epss", "--cve", "CVE-2024-0001"), "exploited within 30 days: 10.0 %"),
        (("epss.csv", "--kind", "epss", "--cve", "CVE-2021-44228"), "At least one in a quarter: over 99.9 %"),
        (("breaches.csv", "--kind", "breaches", "--organisations", "50", "--period", "year"), "in a year: "),
    ],
)
def test_people_read_sentences(base_rate, words, said):
    answer = base_rate(*words)
    assert answer.exit_code == 0, answer.output
    assert said in answer.output


@pytest.mark.parametrize(
    ("content", "words", "message"),
    [
        (KEV_HEAD + kev_line(1, "soon"), ("--kind", "kev"), "bad.csv:2, column 'dateAdded': found 'soon'"),
        (KEV_HEAD + "nope" + ",x" * 10, ("--kind", "kev"), "bad.csv:2, column 'cveID': found 'nope'"),
        (KEV_HEAD, ("--kind", "kev"), "bad.csv: no rows"),
        ("a,b\n1,2\n", ("--kind", "kev"), "bad.csv:1: there is no column 'cveID'"),
        (
            EPSS.replace("0.2", "20"),
            ("--kind", "epss", "--cve", "CVE-2024-0001"),
            "bad.csv:5, column 'epss': 20 is",
        ),
        (
            EPSS.replace("0.2", "high"),
            ("--kind", "epss", "--cve", "CVE-2024-0001"),
            "bad.csv:5, column 'epss'",
        ),
        (EPSS + "a,b\n", ("--kind", "epss", "--cve", "CVE-2024-0001"), "bad.csv:6: 2 cells where the header"),
        (EPSS, ("--kind", "epss"), "--cve: name the CVEs to ask about"),
        (EPSS, ("--kind", "epss", "--cve", "log4j"), "--cve: 'log4j' is no CVE"),
        (EPSS, ("--kind", "epss", "--cve", "CVE-1999-0001"), "it has not the CVE asked for"),
        (
            EPSS,
            ("--kind", "epss", "--vendor", "x"),
            "--vendor: asks nothing of a file of kind epss: it is for kev",
        ),
        ("date\n03/04/2024\n", ("--kind", "breaches"), "bad.csv:2, column 'date': nothing decides whether"),
        ("date,loss\n2024-01-01,much\n", ("--kind", "breaches"), "bad.csv:2, column 'loss': found 'much'"),
        ("date\n2024-01-01\n", ("--kind", "breaches", "--sector", "x"), "there is no column 'sector'"),
        (
            "date\n2024-01-01\n2024-01-09\n",
            ("--kind", "breaches", "--organisations", "1"),
            "--organisations: 2 were hit",
        ),
        (
            "date\n2024-01-01\n",
            ("--kind", "breaches", "--since", "2025-01-01"),
            "--since: the window runs from",
        ),
        ("date\n2024-01-01\n", ("--kind", "breaches", "--since", "soon"), "--since: found 'soon'"),
        ("", ("--kind", "breaches"), "bad.csv: the file is empty"),
    ],
)
def test_bad_input_is_one_line_that_names_the_place(base_rate, tmp_path, content, words, message):
    (tmp_path / "bad.csv").write_text(content)
    refused = base_rate("bad.csv", *words)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert message in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_broken_or_bottomless_gzip_is_refused(base_rate, tmp_path):
    (tmp_path / "bad.csv").write_bytes(gzip.compress(EPSS.encode())[:40])
    assert "damaged or cut short" in base_rate("bad.csv", "--kind", "epss", "--cve", "CVE-2024-0001").stderr
    (tmp_path / "bad.csv").write_bytes(gzip.compress(bytes(60_000_000)))
    refused = base_rate("bad.csv", "--kind", "epss", "--cve", "CVE-2024-0001")
    assert (refused.exit_code, "unpacks to more than" in refused.stderr) == (2, True)
