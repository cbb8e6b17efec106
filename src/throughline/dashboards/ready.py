"""Ready-made dashboards: a manager's Monday, a team's slice, a director's quarter, of whatever is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from throughline.accounts.models import Team, User
from throughline.dashboards.looking import Looking
from throughline.dashboards.models import Dashboard
from throughline.engine.metrics import equals
from throughline.engine.refusals import Refused
from throughline.risk.register import Chosen

MOST_KEY_RESULTS = 3
WORRIES = ("off_track", "at_risk", "stale")
DESCRIBED: Mapping[str, str] = {
    "monday": "For a manager: how the quarter goes, what is open, what came in, and which promises slip.",
    "team": "For an engineering team: its own vulnerabilities, how fast it repairs, and where they lie.",
    "director": "For a director: key results, honest time to fix, risk in money, and what changed.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A tile in its place; `number` names it in addresses."""

    address: str
    width: int = 1
    title: str = ""
    annotation: str = ""
    number: int = 0


def ready_tiles(key: str, looking: Looking) -> list[Placed]:
    """The tiles of a ready-made dashboard for the person; none where there is nothing to show."""
    found = MAKERS[key](looking)
    return [
        Placed(address=each.address, width=each.width, title=each.title, number=number)
        for number, each in enumerate(found, 1)
    ]


def teams_to_choose(looking: Looking) -> list[str]:
    """The teams whose slice the person may look at."""
    if looking.scope.everything:
        return list(Team.objects.values_list("name", flat=True))
    return sorted(looking.scope.teams)


def require_team(looking: Looking) -> None:
    """Raises Refused for a team that the person does not see, whether or not it is there."""
    if not looking.team:
        return
    teams = teams_to_choose(looking)
    if looking.team not in teams:
        way_out = f"expected one of {', '.join(teams)}" if teams else "there is none that you see"
        raise Refused(f"you see no team '{looking.team[:60]}': {way_out}", place="team", code="unknown_team")


def team_shown(looking: Looking) -> str:
    """Whose slice the team's dashboard shows: the one asked for, else one's own, else the first.

    A link that was made of one team shows no other: none, once its maker does not see that team.
    """
    teams = teams_to_choose(looking)
    if looking.team in teams:
        return looking.team
    if looking.is_shared and looking.team:
        return ""
    mine = sorted(looking.viewer.teams.values_list("name", flat=True))
    return next((each for each in (*mine, *teams) if each in teams), "")


def looking_at(board: Dashboard, person: User, *, team: str, now: datetime) -> Looking:
    """How somebody looks at a dashboard; `team` counts for the ready-made one. Raises Refused."""
    looking = Looking(person, now, team=team if board.ready == "team" else "")
    require_team(looking)
    return looking


def team_named(board: Dashboard, looking: Looking) -> str:
    """Whose slice a dashboard is: that of a team, or nobody's."""
    return team_shown(looking) if board.ready == "team" else ""


def _monday(looking: Looking) -> Iterator[Placed]:
    yield from _quarter(looking)
    if looking.as_of is not None:
        yield _selected("Open, critical and high", severity=("critical", "high"), status=("open",))
        yield _selected("Waiting for triage", status=("open",), state=("potential",))
        yield _selected("Accepted, and the day is over", status=("open",), state=("accepted",))
        yield _metric("known_open_average", by="month", range="last-12-months", width=2)
        yield _metric("arrivals", by="month", range="this-quarter")
        yield _metric("within_sla", by="quarter", range="last-12-months")
        yield _metric("time_to_triage", by="quarter", range="last-12-months")
        yield _metric("closures", by="month", range="this-quarter")
    yield from _worries(looking)


def _team(looking: Looking) -> Iterator[Placed]:
    team = team_shown(looking)
    if not (team and looking.as_of is not None):
        return
    where = equals("team", team)
    yield _selected(f"Open at {team}", team=(team,), status=("open",))
    yield _selected(
        f"Critical and high at {team}", team=(team,), severity=("critical", "high"), status=("open",)
    )
    yield _selected(f"Waiting for triage at {team}", team=(team,), status=("open",), state=("potential",))
    yield _metric(
        "time_to_remediate",
        by="quarter",
        range="last-12-months",
        where=where,
        title="Time to remediate",
        width=2,
    )
    yield _metric(
        "within_sla", by="quarter", range="last-12-months", where=where, title="Repaired within the SLA"
    )
    yield _metric("open_at_end", by="service", where=where, title="Open by service", width=2)
    yield _metric("closures", by="month", range="this-quarter", where=where, title="Closed this quarter")


def _director(looking: Looking) -> Iterator[Placed]:
    yield from _quarter(looking)
    if looking.as_of is not None:
        yield _metric("time_to_remediate", by="quarter", range="last-12-months", width=2)
        yield _metric("within_sla", by="quarter", range="last-12-months")
    if looking.register(Chosen())[0].figures is not None:
        yield Placed(address="/risk/curve/", width=2)
        yield Placed(address="/risk/")
    if looking.as_of is not None:
        yield _metric("arrivals", by="quarter", range="this-quarter")
        yield _metric("closures", by="quarter", range="this-quarter")
        yield _selected("Open, critical and high", severity=("critical", "high"), status=("open",))
    yield from _worries(looking)


MAKERS: Mapping[str, Callable[[Looking], Iterator[Placed]]] = {
    "monday": _monday,
    "team": _team,
    "director": _director,
}


def _quarter(looking: Looking) -> Iterator[Placed]:
    if looking.stands:
        yield Placed(address="/", width=3)


def _worries(looking: Looking) -> Iterator[Placed]:
    """The running key results that need somebody, the most urgent first."""
    for stand in [each for each in looking.stands if each.status.word in WORRIES][:MOST_KEY_RESULTS]:
        yield Placed(address=f"/key-results/{stand.key_result.pk}/")


def _metric(name: str, *, width: int = 1, title: str = "", **asked: str) -> Placed:
    return Placed(address=f"/metrics/?{urlencode({'metric': name, **asked})}", width=width, title=title)


def _selected(title: str, **chosen: tuple[str, ...]) -> Placed:
    return Placed(address=f"/vulnerabilities/?{urlencode(chosen, doseq=True)}", title=title)
