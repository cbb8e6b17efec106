"""What every page's frame needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest

from throughline.accounts.access import at_least
from throughline.accounts.models import Role

THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation."""

    title: str
    address: str
    icon: str
    role: Role = Role.VIEWER
    here: bool = False
    # Other addresses that belong to it.
    also: tuple[str, ...] = ()
    # What it is called where eight of them stand in one line.
    short: str = ""


PLANNED = (
    *("/goals/", "/long-term-objectives/", "/objectives/", "/initiatives/", "/ask/"),
    *("/stories/", "/narratives/", "/report/"),
    *("/check-ins/", "/predictability/", "/plan/", "/surveys/", "/boards/", "/clusters/"),
)
FORETOLD = ("/scenarios/", "/rooms/", "/forecasts/", "/base-rates/", "/calibration/")
WORK = ("/team/work/", "/work-kinds/", "/ladder/", "/me/outcomes/", "/outcomes/", "/learning/")
PRIMARY = (
    Entry("Home", "/", "home"),
    Entry("Vulnerabilities", "/vulnerabilities/", "shield"),
    Entry("Metrics", "/metrics/", "chart", also=("/series/", "/annotations/")),
    Entry("Key results", "/key-results/", "target"),
    Entry("Plan", "/cycles/", "plan", also=PLANNED),
    Entry("Risk", "/risk/", "risk", also=FORETOLD),
    Entry("Thread", "/thread/", "thread"),
    Entry("What next", "/next/", "next", Role.MEMBER, also=("/match/", "/work/"), short="Next"),
)
SECONDARY = (
    Entry("Dashboards", "/dashboards/", "dashboard"),
    Entry("My work", "/me/work/", "person", Role.MEMBER, also=WORK),
    Entry("Imports", "/imports/", "import", Role.MANAGER),
    Entry("Sources", "/sources/", "import", also=("/connectors/",)),
    Entry("Services", "/services/", "services"),
    Entry("Channels", "/channels/", "send", Role.MANAGER, also=("/webhooks/", "/administration/messages/")),
    Entry("People", "/people/", "people", Role.ADMINISTRATOR),
    Entry("Export", "/exports/", "download", Role.MANAGER),
    Entry("Audit", "/audit/", "audit", Role.ADMINISTRATOR),
    Entry("Backups", "/administration/backups/", "download", Role.ADMINISTRATOR),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The navigation, the theme and the signed-in person, for the base template."""
    user = getattr(request, "user", None)
    person = user if user is not None and at_least(user, Role.VIEWER) else None
    theme = request.COOKIES.get("theme", "")
    return {
        "here": request.path,
        "here_whole": _shown_at(request),
        "person": person,
        "theme": theme if theme in THEMES else "",
        "navigation": {"primary": entries(request, PRIMARY), "secondary": entries(request, SECONDARY)},
    }


def _shown_at(request: HttpRequest) -> str:
    """The address in the person's browser; a part of a page asked by htmx has another address of its own."""
    shown = request.headers.get("HX-Current-URL", "")
    return urlsplit(shown)._replace(scheme="", netloc="").geturl() if shown else request.get_full_path()


def entries(request: HttpRequest, of: tuple[Entry, ...]) -> list[Entry]:
    """The lines that the person's role opens; the one of this page is marked."""
    return [
        replace(entry, here=any(_is_here(request.path, each) for each in (entry.address, *entry.also)))
        for entry in of
        if at_least(request.user, entry.role)
    ]


def _is_here(path: str, address: str) -> bool:
    return path == address if address == "/" else path.startswith(address)
