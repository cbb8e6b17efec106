"""The commands and programs in README and docs, run as they stand, each document in a home of its own."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shlex
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests import clocks
from tests.commands import answered
from tests.homes import ready

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
# Servers have journeys of their own; the operations page speaks of folders and people of another machine.
NOT_HERE = ("serve", "demo")
# The documents name the last quarter of 2026.
LAST_DAY = date(2026, 11, 20)
# They plan the first quarter of 2027, so their commands run before it begins, however late it is here.
THEIR_DAY = date(2026, 11, 30)


TRIVY = {
    "SchemaVersion": 2,
    "CreatedAt": f"{LAST_DAY}T08:00:00Z",
    "ArtifactName": "shop/api:1.2",
    "ArtifactType": "container_image",
    "Results": [
        {
            "Target": "app/package-lock.json",
            "Class": "lang-pkgs",
            "Type": "npm",
            "Vulnerabilities": [
                {
                    "VulnerabilityID": "CVE-2021-23337",
                    "PkgName": "lodash",
                    "InstalledVersion": "4.17.4",
                    "Severity": "HIGH",
                }
            ],
        }
    ],
}


def commands_of(document: Path) -> Iterator[str]:
    """The commands of the code blocks, continuation lines joined."""
    for block in re.findall(r"^```\w*\n(.*?)^```", document.read_text(), re.M | re.S):
        for line in block.replace("\\\n", " ").splitlines():
            match = re.fullmatch(r"\s*\$?\s*(?:\.venv/bin/)?throughline (.*?)(?:\s+#.*)?", line)
            if match and match[1].split()[0] not in NOT_HERE:
                yield match[1]


def repositories_of(document: Path) -> Iterator[str]:
    """The blocks that make a repository, which the commands below them speak of."""
    blocks = re.findall(r"^```sh\n(.*?)^```", document.read_text(), re.M | re.S)
    yield from (block for block in blocks if block.startswith("git init"))


def programs_of(document: Path) -> Iterator[str]:
    """The programs in Python that a document shows: whole ones, which print something."""
    blocks = re.findall(r"^```python\n(.*?)^```", document.read_text(), re.M | re.S)
    yield from (block for block in blocks if "print(" in block)


def without_home(words: list[str]) -> list[str]:
    # What is restored goes into a folder that the page names, and that is not there yet.
    if "--home" not in words or words[0] == "restore":
        return words
    place = words.index("--home")
    return words[:place] + words[place + 2 :]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the files that the documents speak of, each true to its description there."""
    rows = [
        {
            "id": f"V-{number}",
            "title": f"Flaw {number}",
            "severity": ("low", "medium", "high", "critical")[number % 4],
            "service": ("web", "api")[number % 2],
            "identified_at": f"{LAST_DAY - timedelta(days=3 * number):%Y-%m-%d}",
            "mitigated_at": f"{LAST_DAY - timedelta(days=2 * number):%Y-%m-%d}" if number % 3 else "",
        }
        for number in range(1, 201)
    ]
    _write(tmp_path / "register.csv", rows)
    renamed = {"severity": "Risk", "mitigated_at": "Closed on"}
    _write(tmp_path / "export.csv", [{renamed.get(name, name): row[name] for name in row} for row in rows])
    (tmp_path / "scan.json").write_text(json.dumps(rows))
    (tmp_path / "trivy.json").write_text(json.dumps(TRIVY))
    for name in ("trivy", "trivy-2026-10-01", "trivy-2026-10-08"):
        (tmp_path / f"{name}.json").write_text(json.dumps(_image("curl", "zlib")))
    with zipfile.ZipFile(tmp_path / "reports.zip", "w") as archive:
        archive.writestr("web/trivy.json", json.dumps(_image("openssl")))
        archive.writestr("table.csv", "id,severity,identified\nA,high,2026-10-01\n")
    weeks = [LAST_DAY - timedelta(days=7 * back) for back in range(12, 0, -1)]
    builds = [{"at": f"{day}", "value": f"{13 - number % 3 / 5}"} for number, day in enumerate(weeks)]
    _write(tmp_path / "builds.csv", builds)
    with sqlite3.connect(tmp_path / "builds.sqlite") as database:
        database.execute("create table builds (day text, minutes real)")
        database.executemany("insert into builds values (?, ?)", [tuple(each.values()) for each in builds])
    database.close()
    (tmp_path / "quarter.yaml").write_text("key_results:\n  - Keep CSAT above 9\n")
    (tmp_path / "half-bad.csv").write_text("id,severity,identified\nA,high,2026-10-01\nB,hihg,2026-10-01\n")
    exploited = {"vulnerabilities": [{"cveID": "CVE-2021-44228", "dateAdded": "2021-12-10"}]}
    (tmp_path / "known_exploited_vulnerabilities.json").write_text(json.dumps(exploited))
    scores = (
        "#model_version:v1,score_date:2026-11-20T12:00:00Z\ncve,epss,percentile\nCVE-2021-44228,0.94,0.999\n"
    )
    (tmp_path / "epss_scores-current.csv.gz").write_bytes(gzip.compress(scores.encode()))
    _write(tmp_path / "known_exploited_vulnerabilities.csv", _exploited())
    (tmp_path / "token.txt").write_text("a token that nobody knows\n")
    (tmp_path / "reader.txt").write_text("a password that nobody knows\n")
    (tmp_path / "ours.txt").write_text("CVE-2021-44228 in the shop\n")
    (tmp_path / "teams.csv").write_text("team,title\nPlatform,Deploy within the hour\n")
    _write(tmp_path / "breaches.csv", _breaches())
    for document in DOCUMENTS:
        for name, content in files_of(document):
            (tmp_path / name).write_text(content)
    return tmp_path


def _exploited() -> list[dict[str, str]]:
    """A KEV catalogue of two vendors over three years."""
    return [
        {
            "cveID": f"CVE-2023-{1000 + month}",
            "vendorProject": ("Fortinet", "Other")[month % 2],
            "product": "FortiOS",
            "dateAdded": f"{2023 + month // 12}-{month % 12 + 1:02}-10",
        }
        for month in range(36)
    ]


def _breaches() -> list[dict[str, str]]:
    return [
        {
            "date": f"{2022 + n // 12}-{n % 12 + 1:02}-05",
            "Victim": f"Firm {n}",
            "sector": ("Health", "Retail")[n % 2],
        }
        for n in range(48)
    ]


def files_of(document: Path) -> Iterator[tuple[str, str]]:
    """The files that a document shows whole: YAML whose first line names it, and tables named above them."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", document.read_text(), re.M | re.S)
    yield from ((match[1], block) for block in blocks if (match := re.match(r"# ([\w-]+\.yaml)\n", block)))
    yield from re.findall(r"`([\w-]+\.csv)`:\n\n```text\n(.*?)^```", document.read_text(), re.M | re.S)


def _image(*packages: str) -> dict[str, object]:
    """A report of a scanned image in which each of these packages has a flaw."""
    flaws = [
        {
            "VulnerabilityID": f"CVE-2026-1000{number}",
            "PkgName": package,
            "InstalledVersion": "1.0.0",
            "Severity": "HIGH",
        }
        for number, package in enumerate(packages)
    ]
    found = {"Target": "shop (alpine 3.20)", "Class": "os-pkgs", "Type": "alpine", "Vulnerabilities": flaws}
    about = {"SchemaVersion": 2, "ArtifactName": "shop", "ArtifactType": "container_image"}
    return {**about, "Results": [found]}


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def run(words: list[str], desk: Path) -> subprocess.CompletedProcess[str]:
    ready(desk / "home")
    home = () if "--home" in words else ("--home", str(desk / "home"))
    return answered([*words, *home], folder=desk, ahead=clocks.until(THEIR_DAY))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_commands_of_a_document_work_in_their_order(document: Path, desk: Path):
    commands = list(commands_of(document))
    for made in repositories_of(document):
        subprocess.run(["bash", "-euc", made], cwd=desk, capture_output=True, check=True)
    if commands and not commands[0].startswith("import"):
        assert run(["import", "register.csv"], desk).returncode == 0
    for said in commands:
        answer = run(without_home(shlex.split(said)), desk)
        assert answer.returncode == 0, f"{document.name}: throughline {said}\n{answer.stderr}"
    for code in programs_of(document):
        done = subprocess.run([sys.executable, "-"], input=code, cwd=desk, capture_output=True, text=True)
        assert done.returncode == 0, f"{document.name}:\n{code}\n{done.stderr}"
        assert done.stdout.strip(), f"{document.name} shows nothing:\n{code}"


def test_the_readme_shows_the_first_use():
    first = ["import", "metric", "kr", "formats", "import"]
    assert [said.split()[0] for said in commands_of(PROJECT / "README.md")] == first


def test_the_format_that_the_documents_write_reads_a_report():
    from throughline.sources.formats.content import Content
    from throughline.sources.formats.reports import opened

    [code] = re.findall(r"^```python\n(.*?)^```", (PROJECT / "docs" / "formats.md").read_text(), re.M | re.S)
    names: dict[str, object] = {}
    exec(compile(code, "docs/formats.md", "exec"), names)
    format = names["FORMAT"]
    flaw = {"headline": "A flaw", "check": {"id": "A1"}, "risk": "high", "where": {"path": "a.c", "line": 3}}
    document = {"acme_version": 1, "flaws": [flaw]}
    content = Content(io.BytesIO(json.dumps(document).encode()), name="acme.json")
    assert format.detect(content)
    [(number, found)] = opened(content, format.report(content), format=format.title)
    assert (number, found.title, found.severity, found.file, found.line) == (1, "A flaw", 3, "a.c", 3)
    assert found.keys()[-1].value == "A1|a.c"
