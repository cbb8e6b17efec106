"""What a board's notes seem to have in common, for programs: suggestions that `sorting` takes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from throughline.api.subject import Id, Subject, Told
from throughline.workshops.access import board_for
from throughline.workshops.queries import suggested

router = Subject("workshops")


class LooseNote(Told):
    """A revealed note in no cluster."""

    id: str
    text: str


class AlikeNotes(Told):
    """Notes that seem to say the same."""

    notes: list[LooseNote]


class SuggestedClusters(Told):
    """Clusters that could be made; none before the notes are revealed, or once the vote has begun."""

    board: int
    suggestions: list[AlikeNotes]


@router.reads("/boards/{int:id}/suggestions", answer=SuggestedClusters)
def read_board_suggestions(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Loose notes that seem to say the same.

    One is taken by a step of sorting: `{"what": "take", "notes": […]}` with the ids of its notes.
    """
    board = board_for(request.user, id)
    alike = [
        {"notes": [{"id": handle, "text": text} for handle, text in group]} for group in suggested(board)
    ]
    return {"board": board.pk, "suggestions": alike}
