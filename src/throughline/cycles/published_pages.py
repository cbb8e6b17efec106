"""What a cycle publishes: a page for people outside security, frozen as it was, and what changed since."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import signed_in
from throughline.cycles import queries
from throughline.cycles.access import cycle_for, may_lead, snapshot_for
from throughline.cycles.comparing import differences
from throughline.cycles.content import content_of
from throughline.cycles.models import Snapshot
from throughline.cycles.reading import readable
from throughline.objectives.models import Counterpart, Cycle, KeyResult
from throughline.site.numbers import whole_number

NOW = "now"


@require_safe
def published(request: HttpRequest, key: str, number: int = 0) -> HttpResponse:
    """The newest snapshot, or the one of that number."""
    return page(request, key, number)


def page(request: HttpRequest, key: str, number: int = 0, *, refused: str = "", at: str = "") -> HttpResponse:
    """The published page; what was refused stands at the part or the half that it was said about."""
    person = signed_in(request.user)
    found = cycle_for(person, key)
    every = queries.snapshots_of(found)
    if not every and not number:
        return render(request, "cycles/unpublished.html", {"cycle": found})
    taken = snapshot_for(person, found, number or every[0][0])
    teams = set(person.teams.values_list("pk", flat=True))
    halves = Counterpart.objects.in_bulk(_halves(taken.content))
    talk = queries.talk_about(found)
    context = {
        "cycle": found,
        "snapshot": taken,
        "number": number or every[0][0],
        "is_newest": taken.pk == every[0][1].pk,
        "snapshots": every,
        "page": readable(taken.content, talk=talk, halves=halves, teams=teams),
        # A sketch that was published may have been discarded since.
        "still_there": set(KeyResult.objects.filter(objective__cycle=found).values_list("pk", flat=True)),
        "talk": talk.get(""),
        "may_change": may_lead(person),
        "person_pk": person.pk,
        "refused": refused,
        "refused_at": at,
    }
    return render(request, "cycles/published.html", context, status=422 if refused else 200)


@require_safe
def snapshot_json(request: HttpRequest, key: str, number: int) -> JsonResponse:
    """A snapshot for programs, with its hash."""
    found = cycle_for(request.user, key)
    taken = snapshot_for(request.user, found, number)
    document = {"state": taken.state, "at": taken.at, "by": taken.author, "sha256": taken.sha256}
    return JsonResponse({**document, "content": taken.content})


@require_safe
def compare(request: HttpRequest, key: str) -> HttpResponse:
    """What differs between two snapshots, or between one and the plan as it stands."""
    person = signed_in(request.user)
    found = cycle_for(person, key)
    every = queries.snapshots_of(found)
    if not every:
        return render(request, "cycles/unpublished.html", {"cycle": found})
    before = request.GET.get("from") or str(every[0][0])
    after = request.GET.get("to") or NOW
    first, second = (_content(person, found, each) for each in (before, after))
    context = {
        "cycle": found,
        "choices": [*((str(number), _name(number, each)) for number, each in every), (NOW, "Now")],
        "before": before,
        "after": after,
        "differences": differences(first, second),
    }
    return render(request, "cycles/compare.html", context)


def _content(person: Any, cycle: Cycle, asked: str) -> dict[str, Any]:
    if asked == NOW:
        return content_of(cycle, now=datetime.now(UTC))
    number = whole_number(asked)
    content: dict[str, Any] = snapshot_for(person, cycle, number or 0).content
    return content


def _name(number: int, snapshot: Snapshot) -> str:
    return f"{number}: {snapshot.get_state_display().lower()} on {snapshot.at.day} {snapshot.at:%b %Y}"


def _halves(content: dict[str, Any]) -> list[int]:
    parts = [*content["objectives"], *content["initiatives"]]
    parts += [each for objective in content["objectives"] for each in objective["key_results"]]
    return [half["id"] for part in parts for half in part["counterparts"]]
