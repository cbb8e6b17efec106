"""The dashboards of Fernwood: what the board sees on Friday, and what Payments looks at each morning."""

from __future__ import annotations

from datetime import datetime

from throughline.accounts.models import User
from throughline.dashboards.actions import Said, add_tile, make
from throughline.dashboards.models import Dashboard
from throughline.objectives.models import KeyResult, Version
from throughline.sample.plan import BUILD_MINUTES, REVIEW_SCORE
from throughline.sample.promises import PROMISES

LATE = "range=last-12-months"
FRIDAY = (
    Said(
        address=f"/metrics/?metric=time_to_remediate&by=quarter&{LATE}",
        title="How long a vulnerability lives, honestly",
        annotation="Those still open count too: closing the easy ones alone would not move this line.",
        width=2,
    ),
    Said(
        address="/vulnerabilities/?severity=critical&severity=high&status=open",
        title="Critical and high, open today",
    ),
    Said(
        address="/risk/curve/",
        title="What one year in twenty would cost",
        annotation="The red line is what we said we would bear.",
        width=2,
    ),
    Said(address=f"/series/{REVIEW_SCORE}/", title="Would developers recommend the review?"),
    Said(address=f"/metrics/?metric=within_sla&by=quarter&{LATE}", title="Repaired inside the SLA"),
    Said(address="/metrics/?metric=arrivals&by=quarter&range=this-quarter", title="What came in"),
    Said(address="/metrics/?metric=closures&by=quarter&range=this-quarter", title="What went out"),
)
PAYMENTS = (
    Said(address="/vulnerabilities/?team=Payments&status=open", title="Open with us"),
    Said(
        address=f"/metrics/?metric=time_to_remediate&by=quarter&{LATE}&where=team+%3D+%27Payments%27",
        title="How long ours live",
        width=2,
    ),
    Said(
        address="/metrics/?metric=open_at_end&by=service&where=team+%3D+%27Payments%27",
        title="Where they lie",
        width=2,
    ),
    Said(
        address=f"/series/{BUILD_MINUTES}/",
        title="Minutes of a build",
        annotation="Scanning more must not make anybody wait: twelve minutes is the limit.",
    ),
)


def live_dashboards(now: datetime) -> None:
    """Make both, each once."""
    _live("marek@fernwood.example", "Friday with the board", [*_promised(), *FRIDAY], now)
    _live("amara@fernwood.example", "Payments, every morning", list(PAYMENTS), now)


def _promised() -> list[Said]:
    """The running key result that the board asks about first."""
    versions = Version.objects.filter(title=PROMISES[0].title, key_result__closed_at=None)
    found = KeyResult.objects.filter(versions__in=versions, dropped_at=None).order_by("-id").first()
    if found is None:
        return []
    note = "Asked in March: are we faster where it matters? The dashed line is the pace that was promised."
    return [Said(address="/", width=3), Said(address=f"/key-results/{found.pk}/", annotation=note, width=3)]


def _live(email: str, name: str, tiles: list[Said], now: datetime) -> None:
    person = User.objects.get(email=email)
    board = Dashboard.objects.filter(owner=person, name=name).first() or make(person, name=name, now=now)
    known = set(board.tiles.values_list("address", flat=True))
    for each in tiles:
        if each.address not in known:
            add_tile(person, board, each, now=now)
