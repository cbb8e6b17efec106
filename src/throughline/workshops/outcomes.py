"""What becomes of a cluster: a candidate, a draft scenario, or a lesson; both sides say so."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.objectives.models import KeyResult
from throughline.portfolio.actions import add_candidate
from throughline.portfolio.models import Candidate
from throughline.risk.actions import add_scenario
from throughline.risk.models import Scenario
from throughline.workshops.access import live_clusters, revealed_notes
from throughline.workshops.models import Board, Cluster, Outcome
from throughline.workshops.queries import outcomes_of
from throughline.workshops.recording import held, said, told

LONGEST_LESSON = 2000
LONGEST_NARRATIVE = 2000


INTO = ("candidate", "scenario", "lesson")


def turn(
    person: User,
    cluster: Cluster,
    *,
    into: str,
    title: str = "",
    statement: str = "",
    criteria: str = "",
    judge: str = "",
    start: str = "",
    key_result: int | None = None,
    kind: str = "",
    text: str = "",
    now: datetime,
) -> Candidate | Scenario | Outcome:
    """Make something of a cluster; `into` says what, and which of the others count. Raises Refused."""
    match into:
        case "candidate":
            return make_candidate(person, cluster, title=title, now=now)
        case "scenario":
            said = {"statement": statement, "criteria": criteria, "judge": judge, "start": start}
            return make_scenario(person, cluster, now=now, **said)
        case "lesson":
            found = KeyResult.objects.filter(pk=key_result or 0).first()
            if found is None:
                raise Refused("choose the key result that it is a lesson of", place="key_result")
            return keep_lesson(person, cluster, key_result=found, kind=kind, text=text, now=now)
    raise Refused(f"expected {', '.join(INTO)}; found '{into[:20]}'", place="into")


def make_candidate(person: User, cluster: Cluster, *, title: str = "", now: datetime) -> Candidate:
    """Work that might be done, from what the cluster says. Raises Refused with the field."""
    words = said(title, place="title", most=240) or cluster.title
    with transaction.atomic():
        board = _revealed(cluster)
        made = add_candidate(
            actor_name(person),
            cycle=board.cycle,
            title=words,
            narrative=_texts(board, cluster)[:LONGEST_NARRATIVE],
            cluster=cluster,
            now=now,
        )
        _told(person, board, "candidate", now=now, cluster=cluster.pk, candidate=made.pk, title=words)
    return made


def make_scenario(
    person: User,
    cluster: Cluster,
    *,
    criteria: str,
    judge: str,
    start: str | date,
    statement: str = "",
    now: datetime,
) -> Scenario:
    """A scenario of the register, from what the cluster fears. Raises Refused with the field."""
    with transaction.atomic():
        board = _revealed(cluster)
        made = add_scenario(
            actor_name(person),
            statement=statement.strip() or cluster.title,
            criteria=criteria,
            judge=judge,
            start=start,
            now=now,
        )
        Outcome.objects.create(cluster=cluster, scenario=made, author=actor_name(person), at=now)
        _told(person, board, "scenario", now=now, cluster=cluster.pk, scenario=made.key)
    return made


def keep_lesson(
    person: User, cluster: Cluster, *, key_result: KeyResult, kind: str, text: str = "", now: datetime
) -> Outcome:
    """What the cluster says about how a key result went, for its post-mortem. Raises Refused."""
    if kind not in Outcome.Kind.values:
        raise Refused(f"expected {', '.join(Outcome.Kind.values)}; found '{kind}'", place="kind")
    words = said(text, place="text", most=LONGEST_LESSON)
    with transaction.atomic():
        board = _revealed(cluster)
        made = Outcome.objects.create(
            cluster=cluster,
            key_result=key_result,
            kind=kind,
            text=words or cluster.title,
            author=actor_name(person),
            at=now,
        )
        _told(person, board, "lesson", now=now, cluster=cluster.pk, key_result=key_result.pk)
    return made


def _revealed(cluster: Cluster) -> Board:
    board = held(cluster.board)
    if board.revealed_at is None or not live_clusters(board).filter(pk=cluster.pk).exists():
        raise Refused("this cluster was merged or emptied since: choose another one", code="gone")
    return board


def _texts(board: Board, cluster: Cluster) -> str:
    """What the notes say, a line each, without who said it."""
    return "\n".join(revealed_notes(board).filter(cluster=cluster).values_list("text", flat=True))


def _told(person: User, board: Board, what: str, *, now: datetime, **detail: object) -> None:
    told(person, f"{what} made of a cluster", board, what="outcomes", now=now, **detail)


def came_of(board: Board) -> dict[int, list[tuple[str, str, str]]]:
    """What was made of each cluster: word, text and address."""
    found: dict[int, list[tuple[str, str, str]]] = {}
    for each in outcomes_of(board):
        if each.scenario is not None:
            said = ("Scenario", each.scenario.statement, f"/scenarios/{each.scenario.key}/")
        else:
            kind = Outcome.Kind(each.kind).label
            said = ("Lesson", f"{kind}: {each.text}", f"/key-results/{each.key_result_id}/")
        found.setdefault(each.cluster_id, []).append(said)
    for cluster in live_clusters(board).prefetch_related("candidates__initiative"):
        for made in cluster.candidates.all():
            work = made.initiative
            said = (
                ("Initiative", work.title, f"/initiatives/{work.key}/")
                if work
                else ("Candidate", made.title, f"/candidates/{made.pk}/")
            )
            found.setdefault(cluster.pk, []).append(said)
    return found
