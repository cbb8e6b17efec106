"""Twenty people on one board at once: they write alone, sort together, rank, and see each change soon.

Each has a stream open and fetches the parts that it names, as a browser does. What must not happen: that a
note or a ballot is lost, that anybody receives a note before the reveal, that a change is slow to arrive.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request

from bench.soak.house import Client, House

PEOPLE = 20
# So often each of them does something.
PACE = 8.0
CALM = 0.08
SOON = 0.5
# Whose note it is, and what was changed while sorting.
NOTE, TITLE = re.compile(r"note-(\d\d)-\d+"), re.compile(r"title-\d\d-\d+")
WORDS = ("keys", "backups", "alerts", "laptops", "suppliers", "reviews", "patches", "phishing", "access")
SHARES = {"write": 0.4, "sort": 0.35, "vote": 0.25}
# Which part of the page asks anew at which event, as the page itself says.
PARTS = {
    "stand": {"phase", "people", "ballots", "notes"},
    "sorting": {"sorting", "notes", "phase", "outcomes"},
    "mine": {"own-notes", "own-sent"},
    "ballot": {"phase", "own-ballot"},
}


class Person:
    """Somebody at the board: a browser's stream and its parts, and what she did."""

    def __init__(self, soak: BoardSoak, number: int, link: str) -> None:
        self.soak, self.number = soak, number
        self.client = Client(soak.house, link)
        self.draw = random.Random(number)
        self.kept: list[str] = []
        self.ballot: list[str] = []
        self.seen: set[str] = set()
        self.due: dict[str, float] = {}
        self.over = False

    def follow(self) -> None:
        """Read the stream until the board is over; note which parts are due."""
        address = f"{self.soak.house.address}/live/stream?topic=board:{self.soak.board}&since=0"
        while not self.over:
            try:
                with self.client.open(Request(address), timeout=30) as stream:
                    for line in stream:
                        self.soak.received(self, line.decode())
                        if line.startswith(b"data: ") and b'"what"' in line:
                            self._note_due(json.loads(line[6:])["what"])
                        if self.over:
                            return
            except (URLError, OSError) as error:
                if not self.over:
                    self.soak.faults.append(f"a stream ended: {error!r}")

    def _note_due(self, what: str) -> None:
        now = time.monotonic()
        for part, events in PARTS.items():
            if what in events:
                # A burst of changes is one question.
                self.due[part] = now + CALM

    def fetch(self) -> None:
        """Ask for the parts that are due, as long as the board lasts."""
        while not self.over:
            now = time.monotonic()
            for part in [part for part, at in self.due.items() if at <= now]:
                self.due.pop(part, None)
                self.look(f"parts/{part}/")
            time.sleep(0.02)

    def look(self, what: str, *, allowed: tuple[int, ...] = ()) -> str:
        """Fetch something of the board; every byte is looked at."""
        text = self.client.get(f"/boards/{self.soak.board}/{what}", allowed=allowed) or ""
        self.soak.received(self, text)
        return text

    def send(self, step: str, **fields: object) -> str | None:
        """Send a form of the board; a refusal is an answer as well."""
        answer = self.client.post(f"/boards/{self.soak.board}/{step}/", fields, allowed=(409, 422))
        self.soak.received(self, answer or "")
        return answer


class BoardSoak:
    """The board from its opening to its close, and what was seen of it."""

    def __init__(self, folder: Path, seconds: float, *, people: int = PEOPLE, pace: float = PACE) -> None:
        self.house, self.seconds, self.count, self.pace = House(folder / "home"), seconds, people, pace
        self.board, self.is_private = 1, True
        self.people: list[Person] = []
        self.faults: list[str] = []
        self.sent: dict[str, float] = {}
        self.delays: list[float] = []
        self.seen: Counter[str] = Counter()
        self.numbers = iter(range(1_000_000))

    def run(self) -> bool:
        """Whether all went well."""
        self.house.start()
        try:
            self._open()
            watchers = [
                threading.Thread(target=target, daemon=True)
                for person in self.people
                for target in (person.follow, person.fetch)
            ]
            for each in watchers:
                each.start()
            self._meet()
            for person in self.people:
                person.over = True
            self._check()
        finally:
            self.house.stop()
        return self._told()

    def _open(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            links = list(pool.map(self._link, range(self.count)))
        self.people = [Person(self, number, link) for number, link in enumerate(links)]
        leader = self.people[0].client
        leader.post("/cycles/new", {"title": "Soak", "start": "2027-01-01", "end": "2027-03-31"})
        leader.post("/cycles/soak/boards/new", {"purpose": "ideas", "mode": "together", "title": "Soak"})
        for person in self.people:
            person.send("join")

    def _link(self, number: int) -> str:
        role = ("--role", "manager" if number == 0 else "member")
        made = self.house.run("user", "add", f"Person {number}", f"person{number}@example.org", *role)
        return str(json.loads(made.stdout)["sign_in_link"])

    def _meet(self) -> None:
        self._phase("write", self._write)
        self.is_private = False
        self.people[0].send("reveal")
        self._phase("sort", self._sort)
        self.people[0].send("sort", what="own")
        self.people[0].send("vote")
        self._phase("vote", self._vote)
        self.people[0].send("count")

    def _phase(self, name: str, step: Callable[[Person], None]) -> None:
        until = time.monotonic() + self.seconds * SHARES[name]
        threads = [threading.Thread(target=self._act, args=(each, step, until)) for each in self.people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _act(self, person: Person, step: Callable[[Person], None], until: float) -> None:
        try:
            time.sleep(person.draw.uniform(0, min(self.pace, max(until - time.monotonic(), 0))))
            while True:
                step(person)
                wait = person.draw.uniform(0.5, 1.5) * self.pace
                if time.monotonic() + wait > until:
                    return
                time.sleep(wait)
        except Exception as error:
            self.faults.append(f"{step.__name__}: {error!r}")

    def _write(self, person: Person) -> None:
        text = f"note-{person.number:02}-{next(self.numbers)} {' '.join(person.draw.sample(WORDS, 3))}"
        token = f"{person.number}-{len(person.kept)}"
        # A poor line sends a third of the notes twice.
        for _ in range(1 + (person.draw.random() < 0.3)):
            if person.send("notes", text=text, token=token) is None:
                self.faults.append(f"a note was not taken: {text}")
        person.kept.append(text)
        self.seen["notes sent"] += 1
        person.send("ready", ready=person.draw.choice(("yes", "no")))
        person.send("here")
        for what in ("", "parts/sorting/", "parts/result/", "ballots.csv", "pairwise.csv"):
            person.look(what, allowed=(404,))

    def _sort(self, person: Person) -> None:
        page = person.look("parts/sorting/")
        notes = re.findall(r'data-note="(\w+)"', page)
        clusters = re.findall(r'data-cluster="(\d+)"', page)
        title = f"title-{person.number:02}-{next(self.numbers)}"
        steps: list[dict[str, object]] = [
            {
                "what": "move",
                "to": "new",
                "notes": person.draw.sample(notes, min(2, len(notes))),
                "title": title,
            }
        ]
        if len(clusters) > 3:
            a, b = person.draw.sample(clusters, 2)
            steps += [
                {"what": "rename", "cluster": a, "title": title},
                {"what": "move", "notes": person.draw.choice(notes), "to": b},
                {"what": "merge", "cluster": a, "into": b},
                {"what": "undo"},
            ]
        step = person.draw.choice(steps)
        began = time.monotonic()
        if "title" in step:
            self.sent[title] = began
        done = person.send("sort", **step)
        self.seen["steps of sorting" if done else "steps refused, since another came first"] += 1

    def _vote(self, person: Person) -> None:
        page = person.look("parts/ballot/")
        ids = re.findall(r'<option value="(\d+)"[^>]*>([^<]+)</option>', page)
        options = dict(ids)
        chosen = person.draw.sample(sorted(options), min(5, len(options)))
        if person.send("rank", order=chosen) is None:
            self.faults.append("a ballot was not taken")
            return
        person.ballot = [options[each] for each in chosen]
        self.seen["ballots sent"] += 1
        for what in ("ballots.csv", "pairwise.csv"):
            if person.look(what, allowed=(404,)):
                self.faults.append(f"{what} was answered while the vote ran")

    def received(self, person: Person, text: str) -> None:
        """Look at what somebody was sent: whose notes there are, and which change arrives first."""
        if self.is_private:
            others = {found[1] for found in NOTE.finditer(text)} - {f"{person.number:02}"}
            if others:
                self.faults.append(
                    f"person {person.number} received notes of {sorted(others)} before the reveal"
                )
        now = time.monotonic()
        for title in {found[0] for found in TITLE.finditer(text)} - person.seen:
            person.seen.add(title)
            if title in self.sent and f"-{person.number:02}-" not in title:
                self.delays.append(now - self.sent[title])

    def _check(self) -> None:
        leader = self.people[0]
        rows = list(csv.DictReader(io.StringIO(leader.client.get(f"/boards/{self.board}.csv") or "")))
        written = sorted(text for person in self.people for text in person.kept)
        if (found := sorted(row["note"] for row in rows)) != written:
            self.faults.append(f"{len(written)} notes were kept, {len(found)} are on the board")
        lines = list(csv.reader(io.StringIO(leader.look("ballots.csv"))))[1:]
        ranked = sorted(person.ballot for person in self.people if person.ballot)
        if sorted(line[1:] for line in lines) != ranked:
            self.faults.append(f"{len(ranked)} ballots were kept, {len(lines)} were counted")

    def _told(self) -> bool:
        errors = self.house.errors.read_text()
        for word in ("Traceback", "locked"):
            if word in errors:
                self.faults.append(f"the server wrote: …{errors[max(errors.index(word) - 200, 0) :][:600]}")
        checked = self.house.run("check")
        if checked.returncode:
            self.faults.append(f"throughline check said {checked.returncode}: {checked.stdout[-300:]}")
        self.faults += [fault for person in self.people for fault in person.client.faults]
        if len(self.delays) < 2:
            self.faults.append("no change was seen to arrive: let it run longer")
        else:
            median, slow = statistics.median(self.delays), statistics.quantiles(self.delays, n=20)[-1]
            n = len(self.delays)
            print(f"change to received: median {median:.2f} s, 95 % within {slow:.2f} s, n = {n:,}")
            if median > SOON:
                self.faults.append(f"half of the changes took longer than {SOON} s to arrive")
        self.seen["requests answered"] = sum(person.client.answers for person in self.people)
        print(f"{self.count} people on one board: ", end="")
        print(", ".join(f"{count:,} {what}" for what, count in sorted(self.seen.items())))
        for fault, times in Counter(self.faults).most_common(20):
            print(f"FAULT {times}x {fault}")
        print("FAILED" if self.faults else "All went well.")
        return not self.faults
