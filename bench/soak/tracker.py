"""A Jira of 20,000 issues with their changelogs, read by a command that is killed again and again.

What must not happen: that an issue is missing or twice, that memory grows with the number of issues, or that
the sync after it touches more than what changed.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.soak.house import COMMAND
from tests.connectors.fakes.jira import JiraSite
from tests.connectors.fakes.tool import Tool, served

ISSUES, FEW = 20_000, 5_000
CHANGED = 50
GROWTH, SLACK = 1.25, 40.0
STATUSES = ("3", "10001", "4", "10001")


def site(issues: int) -> JiraSite:
    """A site whose issues were moved up to four times each; every fourth was reopened."""
    now = datetime.now(UTC).replace(microsecond=0)
    found, draw = JiraSite(now=now), random.Random(7)
    for number in range(issues):
        created = now - timedelta(days=30 + draw.random() * 700)
        moves = [
            (created + timedelta(days=3 * step + 1), to)
            for step, to in enumerate(STATUSES[: number % 4 + 1], start=1)
        ]
        found.add(created, *moves, customfield_10010={"value": ("High", "Low")[number % 2]})
    return found


class TrackerSoak:
    """One sync killed until the deadline, then left to end, and what it left behind."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder = folder
        self.seconds = seconds
        self.draw = random.Random(11)
        self.faults: list[str] = []
        self.kills = 0

    def run(self) -> bool:
        """Whether all went well."""
        few = self._alone(FEW)
        many = site(ISSUES)
        with served(many.answer) as tool:
            home = self._connected("many", tool)
            most = self._killed_until_done(home)
            first = self._rows(home)
            events = first[2]
            self._expect("issues stored, each once", first[:2], (ISSUES, ISSUES))
            self._expect("of them reopened", first[3], ISSUES // 4 * 2)
            self._second(home, many, events)
            self.faults += tool.wrong
        checked = self._command(home, "check")
        self._expect("what throughline check answers", checked.returncode, 0)
        print(f"memory: {few:.0f} MB with {FEW:,} issues, {most:.0f} MB with {ISSUES:,}; {self.kills} kills")
        if most > max(few * GROWTH, few + SLACK):
            self.faults.append(f"memory grew with the issues: {few:.0f} to {most:.0f} MB")
        for fault in self.faults[:20]:
            print(f"FAULT {fault}")
        print("FAILED" if self.faults else "All went well.")
        return not self.faults

    def _alone(self, issues: int) -> float:
        few = site(issues)
        with served(few.answer) as tool:
            return self._run(self._connected("few", tool))[1]

    def _connected(self, name: str, tool: Tool) -> Path:
        home = self.folder / name
        token = self.folder / "token"
        token.write_text("good-token")
        given = ("address=" + tool.address, "email=bot@example.org", "projects=SEC")
        settings = [part for each in given for part in ("--setting", each)]
        done = self._command(home, "connect", "jira", "t", *settings, "--secret-file", f"token={token}")
        self._expect("what connecting answers", done.returncode, 0)
        return home

    def _killed_until_done(self, home: Path) -> float:
        most, until = 0.0, time.monotonic() + self.seconds
        while True:
            calm = time.monotonic() > until
            code, memory = self._run(home, kill_after=None if calm else 1 + self.draw.random() * 12)
            most = max(most, memory)
            if code == 0:
                return most
            if calm:
                self.faults.append(f"the sync that was left alone answered {code}")
                return most

    def _second(self, home: Path, many: JiraSite, events: int) -> None:
        many.now = datetime.now(UTC).replace(microsecond=0)
        for issue in self.draw.sample(many.issues, CHANGED):
            issue.move(many.now - timedelta(seconds=30), "4" if issue.status == "10001" else "10001")
        began = time.monotonic()
        said = json.loads(self._command(home, "sync", "t").stdout)
        print(f"second sync: {time.monotonic() - began:.1f} s, {said['counts']}")
        self._expect("issues that the second sync changed", said["counts"].get("updated"), CHANGED)
        more = self._rows(home)[2] - events
        if more > 3 * CHANGED:
            self.faults.append(f"the second sync wrote {more} events for {CHANGED} issues")

    def _run(self, home: Path, *, kill_after: float | None = None) -> tuple[int, float]:
        """One sync: its exit code and the most memory that it held, in MB."""
        command = [*COMMAND, "sync", "t", "--home", str(home), "--json"]
        output = (self.folder / "said").open("w")
        process = subprocess.Popen(command, stdout=output, stderr=output, env=_environment())
        end = time.monotonic() + (kill_after or 3600)
        while True:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status), used.ru_maxrss / 1024
            if time.monotonic() > end:
                process.kill()
                self.kills += 1
                end += 3600
            time.sleep(0.05)

    def _command(self, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*COMMAND, *arguments, "--home", str(home), "--json"]
        return subprocess.run(command, capture_output=True, text=True, env=_environment())

    def _rows(self, home: Path) -> tuple[int, int, int, int]:
        with sqlite3.connect(f"file:{home / 'throughline.sqlite3'}?mode=ro", uri=True) as database:
            rows = "SELECT COUNT(*), COUNT(DISTINCT key) FROM vulnerabilities_vulnerability"
            every, each = database.execute(rows).fetchone()
            events = database.execute("SELECT COUNT(*) FROM vulnerabilities_event").fetchone()[0]
            told = database.execute("SELECT attributes FROM vulnerabilities_vulnerability")
            again = sum(json.loads(attributes).get("reopenings") == 1 for (attributes,) in told)
            return every, each, events, again

    def _expect(self, what: str, found: object, wanted: object) -> None:
        print(f"{'ok    ' if found == wanted else 'FAILED'}  {what}: {found}")
        if found != wanted:
            self.faults.append(f"{what}: {found}, expected {wanted}")


def _environment() -> dict[str, str]:
    """This machine, listed as one that may be asked without TLS."""
    listed = {"THROUGHLINE_OUTBOUND_NETWORKS": "127.0.0.0/8", "THROUGHLINE_OUTBOUND_HTTP": "127.0.0.1"}
    return {**os.environ, **listed}
