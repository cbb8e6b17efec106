"""Where work came from: notes, their cluster, how it was ranked, and what became of it.

No author of a note is read: a board may have promised to show none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from throughline.objectives.addresses import address_of
from throughline.objectives.effects import range_text, unit_of
from throughline.objectives.models import Cycle, Effect, Initiative, ItemKind, KeyResult
from throughline.objectives.wording import names_of
from throughline.portfolio.models import Candidate, Impact
from throughline.workshops.access import revealed_texts
from throughline.workshops.models import Board, Cluster, Outcome

COLUMNS = (
    *("board", "notes", "cluster", "rank", "points", "became", "title", "address", "reason"),
    *("initiative", "key_results"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way from notes to work: a cluster and one thing that became of it, or nothing yet."""

    board: Board | None = None
    cluster: Cluster | None = None
    # What the notes of the cluster say; empty once the board is cleared.
    notes: tuple[str, ...] = ()
    rank: int | None = None
    points: int | None = None
    # candidate, initiative, scenario, lesson, or nothing.
    became: str = ""
    title: str = ""
    address: str = ""
    # Why a candidate was dropped.
    reason: str = ""
    initiative: Initiative | None = None
    key_results: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mover:
    """An initiative that should move a key result, by how much, and where it came from."""

    work: Initiative
    expected: str
    # None where nobody proposed it as a candidate.
    way: Way | None


def ways_of(cycle: Cycle) -> list[Way]:
    """Every way of a cycle, by board and rank; the same number of questions however many there are."""
    boards = {each.pk: each for each in Board.objects.filter(cycle=cycle).order_by("created_at", "id")}
    clusters = list(
        Cluster.objects.filter(board__in=boards, board__revealed_at__isnull=False, removed_at=None)
    )
    candidates = list(Candidate.objects.filter(cycle=cycle).select_related("initiative"))
    outcomes = list(Outcome.objects.filter(cluster__in=clusters).select_related("scenario", "key_result"))
    moves = _moves(candidates, Initiative.objects.filter(cycle=cycle, archived_at=None))
    starts = _starts(clusters, boards)
    found: list[Way] = []
    for cluster in clusters:
        start = starts[cluster.pk]
        ends = [_of_candidate(start, each, moves) for each in candidates if each.cluster_id == cluster.pk]
        ends += [_of_outcome(start, each) for each in outcomes if each.cluster_id == cluster.pk]
        found += ends or [start]
    found += [_of_candidate(Way(), each, moves) for each in candidates if each.cluster_id not in starts]
    return sorted(found, key=_order)


def way_to(initiative: Initiative) -> Way | None:
    """Where an initiative came from; None where nobody proposed it as a candidate."""
    candidate = Candidate.objects.filter(initiative=initiative).select_related("cluster__board").first()
    if candidate is None:
        return None
    cluster = candidate.cluster
    start = _starts([cluster], {cluster.board_id: cluster.board})[cluster.pk] if cluster else Way()
    return _of_candidate(start, candidate, {})


def work_for(key_result: KeyResult) -> list[Mover]:
    """The work that should move a key result, each with where it came from; three questions, however much."""
    effects = key_result.effects.filter(initiative__archived_at=None).select_related("initiative")
    stated = list(effects.order_by("initiative__title", "initiative_id"))
    works = [each.initiative_id for each in stated]
    proposed = Candidate.objects.filter(initiative__in=works).select_related("cluster__board")
    candidates = {each.initiative_id: each for each in proposed}
    clusters = {each.cluster_id: each.cluster for each in candidates.values() if each.cluster}
    starts = _starts(list(clusters.values()), {each.board_id: each.board for each in clusters.values()})
    unit = unit_of(key_result) if stated else ""
    return [_mover(each, candidates.get(each.initiative_id), starts, unit) for each in stated]


def _mover(effect: Effect, candidate: Candidate | None, starts: Mapping[int, Way], unit: str) -> Mover:
    expected = range_text(effect.low, effect.high, unit)
    if candidate is None:
        return Mover(effect.initiative, expected, None)
    start = starts[candidate.cluster_id] if candidate.cluster_id else Way()
    return Mover(effect.initiative, expected, _of_candidate(start, candidate, {}))


def rows_of(ways: Iterable[Way]) -> Iterable[tuple[Any, ...]]:
    """The ways as rows of a table."""
    for each in ways:
        yield (
            *(each.board.title if each.board else "", "\n".join(each.notes)),
            *(each.cluster.title if each.cluster else "", each.rank, each.points, each.became, each.title),
            *(each.address, each.reason, each.initiative.key if each.initiative else ""),
            "; ".join(name for _, name in each.key_results),
        )


def document(ways: Iterable[Way]) -> list[dict[str, Any]]:
    """The ways as plain data."""
    return [
        {
            "board": {"id": each.board.pk, "title": each.board.title} if each.board else None,
            "notes": list(each.notes),
            "cluster": {"id": each.cluster.pk, "title": each.cluster.title} if each.cluster else None,
            "vote": {"rank": each.rank, "points": each.points} if each.rank is not None else None,
            "became": each.became or None,
            "title": each.title,
            "address": each.address,
            "reason": each.reason,
            "initiative": each.initiative.key if each.initiative else None,
            "key_results": [{"id": number, "name": name} for number, name in each.key_results],
        }
        for each in ways
    ]


def _starts(clusters: list[Cluster], boards: Mapping[int, Board]) -> dict[int, Way]:
    """The first half of each way, by cluster: its notes and how it was ranked."""
    texts: dict[int, list[str]] = defaultdict(list)
    for number, text in revealed_texts(boards.values()):
        texts[number].append(text)
    found = {}
    for cluster in clusters:
        board = boards[cluster.board_id]
        rows: list[dict[str, Any]] = board.result.get("points", [])
        counted = next((row for row in rows if row["option"] == cluster.title), {})
        found[cluster.pk] = Way(
            board=board,
            cluster=cluster,
            notes=tuple(texts[cluster.pk]),
            rank=counted.get("rank"),
            points=counted.get("points"),
        )
    return found


def _of_candidate(start: Way, candidate: Candidate, moves: Mapping[str, list[tuple[int, str]]]) -> Way:
    work = candidate.initiative
    moved = moves.get(f"initiative:{work.pk}", []) if work else []
    return replace(
        start,
        became="initiative" if work else "candidate",
        title=candidate.title,
        address=address_of(ItemKind.INITIATIVE, key=work.key)
        if work
        else reverse("candidate", args=[candidate.pk]),
        reason=candidate.dropped_reason,
        initiative=work,
        key_results=tuple(moved or moves.get(f"candidate:{candidate.pk}", [])),
    )


def _of_outcome(start: Way, outcome: Outcome) -> Way:
    if outcome.scenario is not None:
        address = f"/scenarios/{outcome.scenario.key}/"
        return replace(start, became="scenario", title=outcome.scenario.statement, address=address)
    address = address_of(ItemKind.KEY_RESULT, id=outcome.key_result_id or 0)
    return replace(start, became="lesson", title=outcome.text, address=address)


def _moves(
    candidates: list[Candidate], initiatives: Iterable[Initiative]
) -> dict[str, list[tuple[int, str]]]:
    """The key results that candidates and initiatives should move, with their names."""
    impacts = Impact.objects.filter(candidate__in=candidates).values_list("candidate_id", "key_result_id")
    effects = Effect.objects.filter(initiative__in=initiatives).values_list("initiative_id", "key_result_id")
    pairs = [(f"candidate:{of}", number) for of, number in impacts]
    pairs += [(f"initiative:{of}", number) for of, number in effects]
    names = names_of(KeyResult.objects.filter(pk__in={number for _, number in pairs}))
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for of, number in pairs:
        found[of].append((number, names[number]))
    return found


def _order(way: Way) -> tuple[Any, ...]:
    if way.board is None or way.cluster is None:
        return (1, 0, 0, 0)
    unranked = way.rank is None
    return (0, way.board.pk, unranked, way.rank or way.cluster.position)
