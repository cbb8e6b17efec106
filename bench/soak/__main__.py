"""A long day in a few minutes: imports, triage, metrics and pages at once, killed in between, proven after.

`python -m bench.soak 180` runs each subject for 180 seconds in a folder of its own, prints what it saw, and
exits with 1 where anything was answered with an error, `throughline check` fails, or memory grows;
`python -m bench.soak 60 board` runs one of them.
"""

from __future__ import annotations

import csv
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bench.soak.board import BoardSoak
from bench.soak.house import COMMAND, Client, House
from bench.soak.tracker import TrackerSoak

RECORDS = 3_000
READERS = 3
# The server is killed up to half of the time, and then left alone, so that its memory can be watched.
KILL_EVERY = 12.0
GROWTH, SLACK = 1.25, 40.0
PAGES = (
    *("/", "/vulnerabilities/", "/vulnerabilities/?status=open&state=potential", "/vulnerabilities.json?q=7"),
    *("/metrics/", "/metrics/figures/", "/metrics/?metric=time_to_remediate&by=severity", "/key-results/"),
    *("/metrics/?metric=known_open_average&by=quarter", "/vulnerabilities.csv?severity=high", "/sources/"),
    *("/imports/", "/palette.json", "/healthz", "/audit/"),
)


class Soak:
    """Everything that goes on at once until the deadline, and what was seen of it."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder, self.house = folder, House(folder / "home")
        self.seen: Counter[str] = Counter()
        self.faults: list[str] = []
        self.memory: list[float] = []
        self.clients: list[Client] = []
        self.draw = random.Random(7)
        self.began = time.monotonic()
        self.until, self.calm_from = self.began + seconds, self.began + seconds / 2

    def run(self) -> bool:
        """Whether all went well."""
        self._import(self._register(0))
        self.house.start()
        self.clients = [self._client(number) for number in range(READERS + 1)]
        # A server that began to answer sets aside what it needs: memory counts from here.
        self.until += time.monotonic() - self.began
        self.calm_from += time.monotonic() - self.began
        doing = [self._reading(client) for client in self.clients[1:]]
        doing += [
            self._triaging(self.clients[0]),
            self._importing,
            self._measuring,
            self._killing,
            self._weighing,
        ]
        threads = [threading.Thread(target=self._until_the_end, args=(each,)) for each in doing]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.house.stop()
        return self._told()

    def _until_the_end(self, step: Callable[[], None]) -> None:
        while time.monotonic() < self.until:
            try:
                step()
            except Exception as error:
                self.faults.append(f"{getattr(step, '__name__', step)}: {error!r}")
                return

    def _client(self, number: int) -> Client:
        name, email = f"Person {number}", f"person{number}@example.org"
        role = ("--role", "administrator", "--all-teams")
        made = json.loads(self.house.run("user", "add", name, email, *role).stdout)
        return Client(self.house, made["sign_in_link"])

    def _reading(self, client: Client) -> Callable[[], None]:
        def read() -> None:
            client.get(self.draw.choice(PAGES))
            client.get(f"/vulnerabilities/{self.draw.randint(1, RECORDS)}/")

        return read

    def _triaging(self, client: Client) -> Callable[[], None]:
        def triage() -> None:
            ids = self.draw.sample(range(1, RECORDS + 1), self.draw.choice((1, 1, 5, 40)))
            state = self.draw.choice(("confirmed", "false positive", "duplicate", "accepted"))
            said = {"ids": ids, "state": state, "reason": "soak", "sure": "1"}
            done = client.post("/vulnerabilities/triage/", said)
            self.seen["decisions"] += bool(done)
            if done and self.draw.random() < 0.3:
                # Another import or decision may have come in between, which is said and no fault.
                self.seen["undone"] += bool(
                    client.post(json.loads(done)["undo"], {}, allowed=(409, 422, 400))
                )

        return triage

    def _importing(self) -> None:
        turn = self.seen["imports"]
        file = self._register(turn // 2)
        if turn % 5 == 4:
            self._import_and_kill(file)
        self._import(file)

    def _import(self, file: Path) -> None:
        done = self.house.run("import", file)
        self.seen["imports"] += 1
        if done.returncode:
            self.faults.append(f"import said {done.returncode}: {done.stderr[-300:]}")

    def _import_and_kill(self, file: Path) -> None:
        command = [*COMMAND, "import", str(file), "--home", str(self.house.home)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.draw.uniform(0.2, 2.0))
        process.kill()
        process.wait()
        self.seen["imports killed"] += 1

    def _measuring(self) -> None:
        measure = self.draw.choice(("time_to_remediate", "average_open()", "within_sla", "precision"))
        done = self.house.run("metric", measure, "--by", "severity")
        self.seen["metrics"] += 1
        if done.returncode:
            self.faults.append(f"metric {measure} said {done.returncode}: {done.stderr[-300:]}")
        time.sleep(1)

    def _killing(self) -> None:
        time.sleep(min(KILL_EVERY, max(self.until - time.monotonic(), 0)))
        if time.monotonic() < self.calm_from:
            self.house.kill()
            self.seen["servers killed"] += 1

    def _weighing(self) -> None:
        if time.monotonic() > self.calm_from:
            self.memory.append(self.house.megabytes())
        time.sleep(0.5)

    def _register(self, version: int) -> Path:
        """A register that changes with its version: some get another severity, some are mitigated."""
        draw, file = random.Random(version), self.folder / "register.csv"
        with file.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["id", "title", "severity", "service", "state", "identified_at", "mitigated_at"])
            for number in range(1, RECORDS + 1):
                level = draw.choice(("low", "medium", "high", "critical"))
                mitigated = f"2026-0{1 + number % 6}-20" if draw.random() < 0.5 else ""
                day, state = f"2026-0{1 + number % 6}-{1 + number % 19:02}", ("potential", "")[number % 2]
                row = [
                    f"S-{number}",
                    f"Flaw {number}",
                    level,
                    f"service-{number % 12}",
                    state,
                    day,
                    mitigated,
                ]
                writer.writerow(row)
        return file

    def _told(self) -> bool:
        checked = self.house.run("check")
        for each in json.loads(checked.stdout or '{"checks": []}')["checks"]:
            print(f"{'ok    ' if each['ok'] else 'FAILED'}  {each['name']}", *each["problems"][:3])
        if checked.returncode:
            self.faults.append(f"throughline check said {checked.returncode}: {checked.stderr[-300:]}")
        self.faults += [fault for client in self.clients for fault in client.faults]
        if "Traceback" in (wrong := self.house.errors.read_text()):
            self.faults.append(f"the server wrote a traceback: …{wrong[-600:]}")
        self._weighed()
        self.seen["requests answered"] = sum(client.answers for client in self.clients)
        self.seen["requests lost to kills"] = sum(client.lost for client in self.clients)
        print(", ".join(f"{count:,} {what}" for what, count in sorted(self.seen.items())))
        for fault, times in Counter(self.faults).most_common(20):
            print(f"FAULT {times}x {fault}")
        print("FAILED" if self.faults else "All went well.")
        return not self.faults

    def _weighed(self) -> None:
        quarter = len(self.memory) // 4
        if quarter < 5:
            print("memory: too short a run to tell")
            return
        # The first half warms up: caches fill until each page was asked for.
        early = statistics.median(self.memory[2 * quarter : 3 * quarter])
        late = statistics.median(self.memory[-quarter:])
        print(f"memory: {early:.0f} MB, later {late:.0f} MB, at most {max(self.memory):.0f} MB")
        if late > max(early * GROWTH, early + SLACK):
            self.faults.append(f"memory grew from {early:.0f} to {late:.0f} MB")


SUBJECTS = {"records": Soak, "board": BoardSoak, "tracker": TrackerSoak}


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 180.0
    went_well = True
    for subject in sys.argv[2:] or SUBJECTS:
        print(f"-- {subject}, {seconds:g} s")
        with tempfile.TemporaryDirectory(prefix="throughline-soak-") as folder:
            went_well &= SUBJECTS[subject](Path(folder), seconds).run()
    sys.exit(0 if went_well else 1)


if __name__ == "__main__":
    main()
