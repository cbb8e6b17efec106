"""Importing scanners' reports end to end: 50,000 findings, a second scan, and one SARIF of 300 MB.

`plain` is what one would write without identity and history: `json` and one executemany into one table. Every
run is a process of its own, with its modules compiled as an installation leaves them. Peak memory is what the
process holds for itself: pages of the file that are only mapped do not count, as the system takes them back
whenever it likes.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.imports import Figures

FINDINGS = 50_000
LARGE_MB = 300

_PLAIN = """
import json, sqlite3, sys
document = json.load(open(sys.argv[1]))
found = [result for run in document["runs"] for result in run["results"]]
database = sqlite3.connect(sys.argv[2])
database.execute("PRAGMA journal_mode=WAL")
database.execute("CREATE TABLE IF NOT EXISTS finding (rule, level, file, line, message)")
place = lambda result: result["locations"][0]["physicalLocation"]
database.executemany(
    "INSERT INTO finding VALUES (?, ?, ?, ?, ?)",
    ([r["ruleId"], r["level"], place(r)["artifactLocation"]["uri"], place(r)["region"]["startLine"],
      r["message"]["text"]] for r in found),
)
database.commit()
"""

_MEASURED = """
import json, resource, runpy, sys, time
started = time.perf_counter()
sys.argv = sys.argv[1:]
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
except SystemExit as left:
    assert not left.code, left.code
used = resource.getrusage(resource.RUSAGE_SELF)
print("\\n" + json.dumps({"wall": time.perf_counter() - started, "cpu": used.ru_utime + used.ru_stime}))
"""


def run() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        here = Path(folder)
        (here / "plain.py").write_text(_PLAIN)
        for name, write in (("SARIF", write_sarif), ("Trivy", write_trivy)):
            _compare(here, name, write)
        _large(here)


def _compare(here: Path, name: str, write: Callable[..., None]) -> None:
    first, second, moved = (here / f"{name}-{week}.json" for week in (1, 2, 3))
    write(first, FINDINGS, week=1)
    write(second, FINDINGS, week=2)
    write(moved, FINDINGS, week=3, moved=0.1)
    home = here / f"home-{name}"
    small = here / f"small-{name}.json"
    write(small, 1, week=0)
    _ours(small, home, source="small")
    print(f"{FINDINGS:,} findings, {first.stat().st_size / 1e6:.1f} MB of {name}")
    plain = None
    if name == "SARIF":
        plain = _measure(
            ["plain", str(first), str(here / "plain.sqlite3")], bytecode=here / "bytecode", path=here
        )
        _tell("plain: json + executemany", plain, FINDINGS, beside=plain)
    _tell("import, all new", _ours(first, home), FINDINGS, beside=plain)
    _tell("the next scan, nothing new", _ours(second, home), FINDINGS, beside=plain)
    _tell("a third, a tenth of the lines moved", _ours(moved, home), FINDINGS, beside=plain)


def _large(here: Path) -> None:
    path = here / "large.sarif"
    count = write_sarif_of(path, LARGE_MB * 1_000_000)
    home = here / "home-large"
    print(f"{count:,} findings, {path.stat().st_size / 1e6:.0f} MB of SARIF")
    plain = _measure(["plain", str(path), str(here / "large.sqlite3")], bytecode=here / "bytecode", path=here)
    _tell("plain: json + executemany", plain, count, beside=plain)
    _tell("import, all new", _ours(path, home), count, beside=plain)
    _tell("the same again", _ours(path, home), count, beside=plain)


def write_sarif(path: Path, count: int, *, week: int, moved: float = 0.0) -> None:
    """A report of one run; `moved` is the share of results whose line is another than in other weeks."""
    with path.open("w") as file:
        file.write(_sarif_head(week))
        chance = random.Random(7)
        for number in range(count):
            file.write(("," if number else "") + json.dumps(_result(number, chance.random() < moved)))
        file.write("]}]}")


def write_sarif_of(path: Path, size: int) -> int:
    """A report of about this many bytes; how many results it has."""
    number = 0
    with path.open("w") as file:
        file.write(_sarif_head(1))
        while file.tell() < size:
            lines = (json.dumps(_result(at, False)) for at in range(number, number + 1_000))
            file.write(("," if number else "") + ",".join(lines))
            number += 1_000
        file.write("]}]}")
    return number


def _sarif_head(week: int) -> str:
    rules = [
        {
            "id": f"rule-{number}",
            "name": f"Check {number}",
            "shortDescription": {"text": f"What check {number} is about"},
            "fullDescription": {"text": "A longer text about the weakness, its causes and its cure. " * 4},
            "properties": {"tags": ["security", "external/cwe/cwe-079"], "security-severity": "7.5"},
        }
        for number in range(200)
    ]
    driver = {"name": "Scanner", "semanticVersion": f"1.{week}", "rules": rules}
    invocation = {"executionSuccessful": True, "endTimeUtc": f"2026-11-{week + 1:02d}T08:00:00Z"}
    head = {
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "invocations": [invocation], "results": []}],
    }
    return json.dumps(head).removesuffix("]}]}")


def _result(number: int, is_moved: bool) -> dict[str, Any]:
    snippet = f"value_{number} = request.args[{number % 89}]; cursor.execute(query + value_{number})"
    region = {"startLine": number % 900 + (40 if is_moved else 1), "snippet": {"text": snippet}}
    place = {
        "artifactLocation": {"uri": f"src/module_{number % 997}/file_{number % 13}.py"},
        "region": region,
    }
    return {
        "ruleId": f"rule-{number % 200}",
        "ruleIndex": number % 200,
        "level": "warning",
        "message": {
            "text": f"Data of a request reaches a query here, in place {number}. " + "Explained. " * 30
        },
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"primaryLocationLineHash": f"{number * 2654435761 % 2**64:016x}:1"},
    }


def write_trivy(path: Path, count: int, *, week: int, moved: float = 0.0) -> None:
    """A report of an image's packages; `moved` is the share whose severity is another than in other weeks."""
    chance = random.Random(7)
    targets = [
        {
            "Target": f"services/s{at}/package-lock.json",
            "Class": "lang-pkgs",
            "Type": "npm",
            "Vulnerabilities": [
                _vulnerability(number, chance.random() < moved) for number in range(at, count, 20)
            ],
        }
        for at in range(min(20, count))
    ]
    made = f"2026-11-{week + 1:02d}T08:00:00Z"
    head = {
        "SchemaVersion": 2,
        "CreatedAt": made,
        "ArtifactName": "shop/api",
        "ArtifactType": "container_image",
    }
    path.write_text(json.dumps({**head, "Results": targets}))


def _vulnerability(number: int, is_moved: bool) -> dict[str, Any]:
    return {
        "VulnerabilityID": f"CVE-{2010 + number % 16}-{10_000 + number}",
        "PkgName": f"package-{number % 3_001}",
        "InstalledVersion": f"{number % 9}.{number % 7}.1",
        "FixedVersion": f"{number % 9}.{number % 7}.2",
        "Status": "fixed",
        "SeveritySource": "nvd",
        "PrimaryURL": f"https://avd.example/nvd/cve-{number}",
        "Title": f"Prototype pollution in function {number}",
        "Description": "A flaw was found. " * 20,
        "Severity": "CRITICAL" if is_moved else "HIGH",
        "CweIDs": ["CWE-1321"],
        "CVSS": {"nvd": {"V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "V3Score": 9.8}},
        "References": [f"https://example.org/{number}/{at}" for at in range(4)],
        "PublishedDate": "2021-02-15T13:15:00Z",
    }


def _ours(path: Path, home: Path, *, source: str = "bench") -> Figures:
    asked = ["import", str(path), "--source", source, "--home", str(home), "--full"]
    return _measure(["throughline.cli", *asked], bytecode=home.parent / "bytecode")


def _measure(arguments: list[str], *, bytecode: Path, path: Path | None = None) -> Figures:
    environment = {**os.environ, "PYTHONPATH": str(path)} if path else dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
    command = [sys.executable, "-c", _MEASURED, *arguments]
    peak = [0.0]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        watching = threading.Thread(target=_watch, args=(process, peak), daemon=True)
        watching.start()
        said, complaint = process.communicate()
    watching.join()
    if process.returncode:
        raise SystemExit(complaint)
    return Figures(**json.loads(said.splitlines()[-1]), peak=peak[0])


def _watch(process: subprocess.Popen[str], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], *_own_memory(process.pid), 0.0)
        time.sleep(0.05)


def _own_memory(pid: int) -> Iterator[float]:
    """Memory of its own in MB: without the pages of files that are mapped."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return
    yield from (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("RssAnon"))


def _tell(what: str, figures: Figures, count: int, *, beside: Figures | None) -> None:
    ratio = f"{figures.cpu / beside.cpu:5.1f} × plain" if beside else ""
    print(
        f"  {what:<36} {figures.wall:6.2f} s wall  {figures.cpu:6.2f} s CPU  {figures.peak:5.0f} MB"
        f"  {count / figures.cpu:9,.0f} findings per CPU second  {ratio}",
        flush=True,
    )
