"""Clusters drawn once for everybody who looks at a board that was revealed.

Twenty people ask for the same clusters as soon as somebody moves a note. What differs between them is which
notes are their own and what their forms are signed with; both are set into the text that is drawn for all.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from throughline.accounts.models import User
from throughline.live.models import Change
from throughline.workshops.access import own_notes
from throughline.workshops.models import Board
from throughline.workshops.outcomes import came_of
from throughline.workshops.queries import Sorted, sorted_notes
from throughline.workshops.sorting import moves_to_undo

RECENT_MOVES = 10
MOST_KEPT = 32
# What is renamed elsewhere, such as a scenario, announces nothing here.
KEPT_SECONDS = 20
# No text that a person wrote can hold a control character.
TOKEN, MARK = mark_safe("\x01"), mark_safe("\x02")
_OWN = re.compile("\x02([0-9a-f]+)\x02")
_YOURS = '<p class="small soft yours">yours</p>'


@dataclass(frozen=True, slots=True)
class Drawn:
    """Clusters as text for everybody, and what the page says about how many there are."""

    text: str
    notes: int
    clusters: int
    loose: int

    def for_person(self, person: User, board: Board, token: str) -> SafeString:
        """The same with the person's own notes marked and her forms signed."""
        own = set(own_notes(person, board).values_list("handle", flat=True))
        marked = _OWN.sub(lambda found: _YOURS if found[1] in own else "", self.text)
        # Drawn by a template, which escaped what people wrote.
        return mark_safe(marked.replace(TOKEN, token))  # noqa: S308


_kept: OrderedDict[tuple[object, ...], Drawn] = OrderedDict()
_drawing = Lock()


def drawn(board: Board, *, sorts: bool, may_turn: bool, now: datetime) -> Drawn:
    """The clusters of the board as of its newest change."""
    # Asked before anything is read: what is drawn is as new as its name says, or newer.
    newest = (
        Change.objects.filter(topic=f"board:{board.pk}").order_by("-id").values_list("id", flat=True).first()
    )
    name = (board.pk, board.created_at, newest, sorts, may_turn, int(now.timestamp()) // KEPT_SECONDS)
    with _drawing:
        found = _kept.get(name)
        if found is None:
            found = _kept[name] = _draw(board, sorts=sorts, may_turn=may_turn)
            if len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return found


def forget() -> None:
    """Draw everything anew, as after another database was opened."""
    with _drawing:
        _kept.clear()


def _draw(board: Board, *, sorts: bool, may_turn: bool) -> Drawn:
    found = sorted_notes(board)
    came = came_of(board) if found.clusters else {}
    context = {
        "board": board,
        "found": found,
        "clusters": [
            (each, came.get(each.id, []), _options(found, besides=each.id)) for each in found.clusters
        ],
        "options": _options(found),
        "moves": moves_to_undo(board, most=RECENT_MOVES) if sorts else [],
        "sorts": sorts,
        "may_turn": may_turn,
        "token": TOKEN,
        "mark": MARK,
    }
    text = render_to_string("workshops/clusters.html", context)
    return Drawn(text, found.notes, len(found.clusters), len(found.loose))


def _options(found: Sorted, *, besides: int | None = None) -> SafeString:
    """The clusters to choose from, once for all notes of a cluster and not for each of them."""
    others = ((each.id, each.title) for each in found.clusters if each.id != besides)
    return format_html_join("", '<option value="{}">{}</option>', others)
