"""Parts of a board that ask for themselves anew, and what boards gave to other pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from throughline.accounts.models import User
from throughline.objectives.models import KeyResult
from throughline.risk.models import Scenario
from throughline.workshops.drawn import Drawn
from throughline.workshops.models import Board, Cluster, Outcome
from throughline.workshops.showing import trigger

register = template.Library()


@register.simple_tag
def part_of(board: Board, part: str) -> SafeString:
    """The attributes of a part's outermost element."""
    return format_html(
        'id="part-{}" data-part="{}" hx-get="{}" hx-trigger="{}" hx-swap="outerHTML"',
        part,
        part,
        reverse("board-part", args=[board.pk, part]),
        trigger(part),
    )


@register.simple_tag
def clusters_of(board: Board, found: Drawn, person: User, token: str) -> SafeString:
    """The clusters that were drawn for everybody, as this person sees them."""
    return found.for_person(person, board, token)


@register.inclusion_tag("workshops/from_boards.html")
def from_boards(scenario: Scenario | None = None, key_result: KeyResult | None = None) -> dict[str, Any]:
    """The clusters that a scenario or the lessons of a key result come from."""
    found = Outcome.objects.select_related("cluster__board")
    found = found.filter(scenario=scenario) if scenario else found.filter(key_result=key_result)
    return {"outcomes": list(found)}


@register.inclusion_tag("workshops/from_cluster.html")
def from_cluster(cluster: Cluster | None) -> dict[str, Any]:
    """The cluster that a candidate comes from, with how it was ranked."""
    if cluster is None:
        return {"cluster": None}
    said = next(
        (each for each in cluster.board.result.get("points", ()) if each["option"] == cluster.title), None
    )
    return {"cluster": cluster, "board": cluster.board, "said": said}
