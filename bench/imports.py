"""Importing 50,000 rows of CSV end to end, and the same file again, beside the plainest way of doing it.

`plain` is what one would write without history: csv.DictReader and one executemany into one table. Every run
is a process of its own in a fresh folder, so that start, migration of nothing, and memory are counted alike.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROWS = 50_000
HEADER = [
    *("id", "title", "severity", "cwe", "cvss", "component", "version", "file", "line", "service", "team"),
    *("source", "state", "introduced_at", "identified_at", "mitigated_at", "tags", "rule", "effort"),
    "internet_facing",
]

_MEASURED = """
import json, resource, runpy, sys, time
started = time.perf_counter()
sys.argv = sys.argv[1:]
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
except SystemExit as left:
    assert not left.code, left.code
used = resource.getrusage(resource.RUSAGE_SELF)
cpu = used.ru_utime + used.ru_stime
print("\\n" + json.dumps({"wall": time.perf_counter() - started, "cpu": cpu, "peak": used.ru_maxrss / 1024}))
"""

_PLAIN = """
import csv, sqlite3, sys
with open(sys.argv[1], newline="") as file:
    reader = csv.DictReader(file)
    names = reader.fieldnames
    database = sqlite3.connect(sys.argv[2])
    database.execute("PRAGMA journal_mode=WAL")
    database.execute(f"CREATE TABLE IF NOT EXISTS finding ({', '.join(names)}, PRIMARY KEY (id))")
    marks = ", ".join("?" * len(names))
    rows = ([row[name] for name in names] for row in reader)
    database.executemany(f"INSERT OR REPLACE INTO finding VALUES ({marks})", rows)
    database.commit()
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Wall and CPU seconds, and peak memory in MB, of one process."""

    wall: float
    cpu: float
    peak: float


def run() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        here = Path(folder)
        path = here / "findings.csv"
        write_findings(path, rows=ROWS)
        (here / "plain.py").write_text(_PLAIN)
        home = here / "home"
        # The folder and its tables are made before: that is once in a lifetime.
        small = here / "small.csv"
        small.write_text("id\n1\n")
        _ours(small, home, source="small")
        print(f"{ROWS:,} rows, {path.stat().st_size / 1e6:.1f} MB of CSV")
        plain = _measure(["plain", str(path), str(here / "plain.sqlite3")], path=here)
        _tell("plain: DictReader + executemany", plain, beside=plain)
        _tell("import, all new", _ours(path, home), beside=plain)
        _tell("import again, nothing new", _ours(path, home), beside=plain)
        write_findings(path, rows=ROWS, changed=0.1)
        _tell("import again, a tenth changed", _ours(path, home), beside=plain)


def write_findings(path: Path, *, rows: int, changed: float = 0.0) -> None:
    """A file as a scanner makes it; `changed` is the share of rows whose severity is another than before."""
    chance, other = random.Random(1), random.Random(2)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(_finding(number, chance, other.random() < changed) for number in range(rows))


def _finding(number: int, chance: random.Random, is_changed: bool) -> list[object]:
    found = datetime(2022, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(1_500_000))
    introduced = found - timedelta(days=chance.expovariate(1 / 300))
    fixed = found + timedelta(days=chance.expovariate(1 / 40))
    severity = chance.choice(["low", "medium", "high"])
    return [
        f"F-{number}",
        f"Problem {number} in module {number % 97}",
        "critical" if is_changed else severity,
        f"CWE-{chance.choice([79, 89, 22, 416, 125])}",
        round(chance.random() * 10, 1),
        f"lib{number % 300}",
        f"{number % 9}.{number % 7}",
        f"src/a{number % 900}.py",
        number % 500 + 1,
        f"service-{number % 12}",
        f"team-{number % 8}",
        chance.choice(["sast", "bounty"]),
        chance.choice(["confirmed", "potential", "false positive"]),
        f"{introduced:%Y-%m-%dT%H:%M:%SZ}",
        f"{found:%Y-%m-%dT%H:%M:%SZ}",
        f"{fixed:%Y-%m-%dT%H:%M:%SZ}" if chance.random() < 0.7 else "",
        "web;api" if number % 3 else "",
        f"rule-{number % 50}",
        chance.randrange(1, 9),
        chance.choice(["true", "false"]),
    ]


def _ours(path: Path, home: Path, *, source: str = "bench") -> Figures:
    return _measure(["throughline.cli", "import", str(path), "--source", source, "--home", str(home)])


def _measure(arguments: list[str], *, path: Path | None = None) -> Figures:
    environment = {**os.environ, "PYTHONPATH": str(path)} if path else dict(os.environ)
    command = [sys.executable, "-c", _MEASURED, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return Figures(**json.loads(done.stdout.splitlines()[-1]))


def _tell(what: str, figures: Figures, *, beside: Figures) -> None:
    print(
        f"  {what:<34} {figures.wall:6.2f} s wall  {figures.cpu:6.2f} s CPU  {figures.peak:5.0f} MB"
        f"  {ROWS / figures.cpu:9,.0f} rows per CPU second  {figures.cpu / beside.cpu:5.1f} × plain"
    )
