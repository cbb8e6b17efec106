"""What the soak of a board calls a fault: a note before its reveal, a loss, a lock error, slowness."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from bench.soak.board import PARTS, BoardSoak, Person

from throughline.workshops.showing import PARTS as WAKING


@pytest.fixture
def soak(tmp_path) -> BoardSoak:
    found = BoardSoak(tmp_path, 1, people=2)
    found.people = [_person(found, number) for number in range(2)]
    found.house = SimpleNamespace(
        errors=tmp_path / "server.err", run=lambda *words: SimpleNamespace(returncode=0, stdout="")
    )
    found.house.errors.write_text("")
    found.delays = [0.1, 0.2, 0.3]
    return found


def _person(soak: BoardSoak, number: int) -> Person:
    person = Person.__new__(Person)
    client = SimpleNamespace(faults=[], answers=0)
    person.__dict__.update(
        soak=soak, number=number, client=client, kept=[], ballot=[], seen=set(), due={}, over=False
    )
    return person


def test_a_note_that_somebody_else_receives_before_the_reveal_is_a_fault(soak):
    soak.received(soak.people[0], "note-00-1 keys")
    assert soak.faults == []
    soak.received(soak.people[0], "<p>note-01-2 backups</p>")
    assert soak.faults == ["person 0 received notes of ['01'] before the reveal"]
    soak.is_private = False
    soak.received(soak.people[0], "note-01-2 backups")
    assert len(soak.faults) == 1


def test_a_change_counts_when_somebody_else_first_receives_it(soak):
    soak.delays, soak.sent = [], {"title-00-1": 0.0}
    for person in soak.people:
        for _ in range(2):
            soak.received(person, "<h3>title-00-1</h3>")
    assert len(soak.delays) == 1


@pytest.mark.parametrize(
    ("table", "ballots", "fault"),
    [
        ("note-00-1 a", "v1,A,B", ""),
        ("", "v1,A,B", "1 notes were kept, 0 are on the board"),
        ("note-00-1 a\nnote-00-1 a", "v1,A,B", "1 notes were kept, 2 are on the board"),
        ("note-00-1 a", "", "1 ballots were kept, 0 were counted"),
        ("note-00-1 a", "v1,B,A", "1 ballots were kept, 1 were counted"),
    ],
)
def test_a_note_or_a_ballot_that_is_lost_doubled_or_changed_is_a_fault(soak, table, ballots, fault):
    leader = soak.people[0]
    leader.kept, leader.ballot = ["note-00-1 a"], ["A", "B"]
    leader.client.get = lambda path, **more: f"note\n{table}"
    leader.look = lambda what, **more: f"voter,first,second\n{ballots}"
    soak._check()
    assert soak.faults == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("delays", "errors", "fault"),
    [
        ([0.1, 0.4, 0.9], "", ""),
        ([0.6, 0.7, 0.1], "", "half of the changes took longer than 0.5 s"),
        ([], "", "no change was seen to arrive"),
        ([0.1, 0.1], "OperationalError: database is locked", "the server wrote"),
    ],
)
def test_slowness_and_a_lock_error_are_faults(soak, delays, errors, fault, capsys):
    soak.delays = delays
    soak.house.errors.write_text(errors)
    assert soak._told() is not bool(fault)
    assert fault in capsys.readouterr().out


def test_simulated_people_fetch_the_parts_that_the_page_fetches():
    assert PARTS == {part: set(WAKING[part].split()) for part in PARTS}
