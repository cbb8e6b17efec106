"""A board as JSON, tables and Markdown: the same for the command line and the page, as one person sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from throughline.accounts.models import User
from throughline.site.plain import plain
from throughline.workshops import sentences
from throughline.workshops.access import how_many_ballots, how_many_notes, own_ballot, own_notes
from throughline.workshops.models import Board
from throughline.workshops.queries import (
    ClusterSeen,
    Listed,
    NoteSeen,
    outcomes_of,
    priority_of,
    sorted_notes,
)
from throughline.workshops.voting import nameless

LISTED = ("id", "title", "cycle", "purpose", "phase", "seats", "notes", "ballots", "waits_for_you", "address")
NOTES = ("cluster", "note", "column", "link", "key_result", "author")
BALLOTS = ("voter", "first", "second", "third", "fourth", "fifth")


def summary(each: Listed) -> dict[str, Any]:
    """A board in a list."""
    board = each.board
    return {
        "id": board.pk,
        "title": board.title,
        "cycle": board.cycle.key,
        "purpose": board.purpose,
        "phase": each.word,
        "seats": each.seats,
        "notes": each.notes,
        "ballots": each.ballots,
        "waits_for_you": each.waits,
        "address": f"/boards/{board.pk}/",
    }


def document(board: Board) -> dict[str, Any]:
    """The whole board: notes from the reveal on, the count once the vote is over, ballots never."""
    seats = list(board.seats.all())
    progress = sentences.Progress(
        seats=len(seats),
        ready=sum(each.is_ready for each in seats),
        notes=how_many_notes([board]).get(board.pk, 0),
        ballots=how_many_ballots([board]).get(board.pk, 0),
    )
    found, priority = sorted_notes(board), priority_of(board)
    titles = {each.id: each.title for each in found.clusters}
    answer: dict[str, Any] = plain(
        {
            "id": board.pk,
            "title": board.title,
            "cycle": board.cycle.key,
            "purpose": board.purpose,
            "question": board.question,
            "columns": board.columns,
            "mode": board.mode,
            "shows_authors": board.shows_authors,
            "facilitator": board.facilitator.name,
            "phase": board.phase,
            "sentence": sentences.sentence(board, progress),
            "ends_at": board.ends_at,
            "revealed_at": board.revealed_at,
            "closed_at": board.closed_at,
            "cleared_at": board.cleared_at,
            "seats": progress.seats,
            "ready": progress.ready,
            "notes": progress.notes,
            "ballots": progress.ballots,
            "clusters": [
                {"id": each.id, "title": each.title, "notes": [_note(note) for note in each.notes]}
                for each in found.clusters
            ],
            "loose": [_note(note) for note in found.loose],
            "result": board.result or None,
            "variant": sentences.VARIANT if board.result else None,
            "priority": None
            if priority is None
            else {"order": [titles.get(pk, "") for pk in priority.order], "reason": priority.reason},
            "outcomes": [
                {
                    "cluster": each.cluster.title,
                    "scenario": each.scenario.key if each.scenario else None,
                    "key_result": each.key_result_id,
                    "text": each.text,
                }
                for each in outcomes_of(board)
            ],
        }
    )
    return answer


def own_document(person: User, board: Board) -> dict[str, Any]:
    """What the person herself has on a board: her notes, whether she is ready, and how she ranked."""
    seat = board.seats.filter(person=person).first()
    kept = own_ballot(person, board)
    return {
        "board": board.pk,
        "has_seat": seat is not None,
        "ready": bool(seat and seat.is_ready),
        "notes": [
            {
                "id": each.handle,
                "text": each.text,
                "column": each.column,
                "link": each.link,
                "key_result": each.key_result_id,
            }
            for each in own_notes(person, board)
        ],
        "ballot": kept.order if kept else None,
    }


def _note(note: NoteSeen) -> dict[str, Any]:
    return {
        "id": note.handle,
        "text": note.text,
        "column": note.column,
        "link": note.link,
        "key_result": note.key_result,
        "author": note.author or None,
    }


def table(board: Board) -> Iterator[tuple[Any, ...]]:
    """The revealed notes as rows, cluster by cluster; one whose notes were removed is a row of its own."""
    found = sorted_notes(board)
    for cluster in found.clusters:
        yield from (_row(cluster.title, note) for note in cluster.notes)
        if not cluster.notes:
            yield cluster.title, "", "", "", "", ""
    yield from (_row("", note) for note in found.loose)


def _row(cluster: str, note: NoteSeen) -> tuple[Any, ...]:
    return cluster, note.text, note.column, note.link, note.key_result_name, note.author


def ballot_rows(board: Board) -> Iterator[tuple[str, ...]]:
    """Nameless ballots once the vote is over, in the shape that `vote tally` reads."""
    for ballot in nameless(board):
        yield (ballot.voter, *ballot.order)


def ranked_rows(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The count as rows: points beside the place in the Schulze order."""
    places: dict[str, int] = {}
    for group in result.get("schulze", ()):
        places |= dict.fromkeys(group, len(places) + 1)
    contested = set(result.get("contested", ()))
    return [
        {**each, "schulze": places[each["option"]], "contested": each["option"] in contested}
        for each in result.get("points", ())
    ]


def beaten_by(result: Mapping[str, Any]) -> tuple[list[str], list[tuple[str, list[tuple[str, bool]]]]]:
    """Who beats whom: options in order of points, and for each how many prefer it, and if it wins."""
    names = [each["option"] for each in result.get("points", ())]
    pairwise = result.get("pairwise", {})
    rows = []
    for a in names:
        cells = [
            ("", False) if a == b else (str(pairwise[a][b]), pairwise[a][b] > pairwise[b][a]) for b in names
        ]
        rows.append((a, cells))
    return names, rows


def pairwise_rows(result: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The same table as rows of one pair each."""
    for a, row in result.get("pairwise", {}).items():
        for b, n in row.items():
            against = result["pairwise"][b][a]
            yield a, b, n, against, a if n > against else b if against > n else ""


PAIRS = ("option", "against", "prefer_option", "prefer_other", "winner")


def markdown(board: Board) -> str:
    """The board to be read or kept elsewhere: result first, then clusters with their notes."""
    return "\n".join(_lines(board)) + "\n"


def _lines(board: Board) -> Iterator[str]:
    found = sorted_notes(board)
    yield f"# {_plain(board.title)}"
    yield ""
    yield f"{_plain(board.cycle.title)}. {_plain(board.question)}".rstrip()
    yield from _count_lines(board)
    yield from _priority_lines(board, {each.id: each.title for each in found.clusters})
    for cluster in found.clusters:
        yield from _cluster_lines(cluster)
    if found.loose:
        yield from ("", "## In no cluster", "")
        yield from map(_note_line, found.loose)


def _count_lines(board: Board) -> Iterator[str]:
    if not board.result:
        return
    yield from (
        "",
        "## Result",
        "",
        "| rank | cluster | points | firsts | Schulze | |",
        "|--:|---|--:|--:|--:|---|",
    )
    for row in ranked_rows(board.result):
        mark = "contested" if row["contested"] else ""
        name = _plain(row["option"]).replace("|", "\\|")
        yield f"| {row['rank']} | {name} | {row['points']} | {row['firsts']} | {row['schulze']} | {mark} |"
    yield from ("", sentences.VARIANT)


def _priority_lines(board: Board, titles: Mapping[int, str]) -> Iterator[str]:
    priority = priority_of(board)
    if priority is None:
        return
    yield from ("", "## Priority", "", _plain(priority.reason), "")
    for number, pk in enumerate(priority.order, start=1):
        yield f"{number}. {_plain(titles.get(pk, ''))}"


def _cluster_lines(cluster: ClusterSeen) -> Iterator[str]:
    yield from ("", f"## {_plain(cluster.title)}", "")
    yield from map(_note_line, cluster.notes)


def _note_line(note: NoteSeen) -> str:
    about = [note.column, note.author, note.link, note.key_result_name]
    more = "; ".join(_plain(each) for each in about if each)
    return f"- {_plain(note.text)}{f' ({more})' if more else ''}"


def _plain(text: str) -> str:
    """A text in which nothing is Markdown, on one line."""
    return re.sub(r"([\\`*_\[\]<>#])", r"\\\1", " ".join(text.split()))
