"""What the palette offers: the pages of the person's role, the metrics of the catalogue, and actions."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from throughline.accounts.access import at_least
from throughline.accounts.models import Role
from throughline.measures.shelf import shelf
from throughline.ui.context import PRIMARY, SECONDARY, entries

ACTIONS = (
    ("Import a file", "/imports/new", "upload csv json scanner", Role.MANAGER),
    ("Connect a tool", "/connectors/", "jira github gitlab sync token connector", Role.MANAGER),
    ("New key result", "/key-results/new", "promise target okr", Role.MANAGER),
    ("Company goals", "/goals/", "plan why", Role.VIEWER),
    ("Long-term objectives", "/long-term-objectives/", "plan tenets tension", Role.VIEWER),
    ("Initiatives", "/initiatives/", "plan work projects", Role.VIEWER),
    ("Plan a quarter", "/cycles/new", "cycle new", Role.MANAGER),
    ("Check in", "/check-ins/", "confidence month review owner", Role.VIEWER),
    ("The quarter's report", "/report/", "one page executives director boss friday results", Role.VIEWER),
    ("This week's page as PDF", "/report.pdf", "report boss friday download slides", Role.VIEWER),
    ("How predictable we are", "/predictability/", "brier calibration confidence effects", Role.VIEWER),
    ("How good our forecasts are", "/forecasts/scores/", "brier panels pooled headline", Role.VIEWER),
    ("My calibration", "/calibration/", "training brier curve forecast ranges", Role.VIEWER),
    ("New scenario", "/scenarios/new", "risk write statement judge", Role.MANAGER),
    ("Loss curve", "/risk/curve/", "risk exceedance appetite layer insurance chance of losing", Role.VIEWER),
    ("What if initiatives work", "/risk/what-if/", "risk return investment reduction cost", Role.VIEWER),
    ("For a director", "/dashboards/director/", "dashboard board present share report friday", Role.VIEWER),
    ("Monday", "/dashboards/monday/", "dashboard manager week", Role.VIEWER),
    ("The team's slice", "/dashboards/team/", "dashboard engineering own", Role.VIEWER),
    ("Boards", "/boards/", "notes clusters vote retro brainstorm workshop", Role.VIEWER),
    ("Forecast rooms", "/rooms/", "panel forecast number reveal probability risk", Role.VIEWER),
    (
        "What I like and want to learn",
        "/me/work/",
        "interest growth goals weeks capacity private",
        Role.MEMBER,
    ),
    ("The team's weeks", "/team/work/", "capacity leave on-call people interest", Role.MANAGER),
    ("What there is to do", "/work/", "work staffing kinds value weeks match", Role.VIEWER),
    ("Finished work", "/me/outcomes/", "grade look back outcome impact engagement growth", Role.MEMBER),
    ("What counts in a match", "/learning/", "learning weights posterior triangle outcomes", Role.MEMBER),
    ("Kinds of work", "/work-kinds/", "vocabulary facets glue", Role.MEMBER),
    ("Ladder", "/ladder/", "growth career levels tracks rungs goals", Role.MEMBER),
    ("Surveys", "/surveys/", "nps promoter score question ask people agreement", Role.VIEWER),
    ("New survey", "/surveys/new", "nps promoter score question ask people", Role.MEMBER),
    ("Series from elsewhere", "/series/", "values metric external push", Role.VIEWER),
    (
        "Open critical and high",
        "/vulnerabilities/?severity=critical&severity=high&status=open",
        "worst",
        Role.VIEWER,
    ),
    ("Waiting for triage", "/vulnerabilities/?state=potential&status=open", "potential decide", Role.VIEWER),
    (
        "Acceptances that ran out",
        "/vulnerabilities/?status=open&state=accepted",
        "accepted risk expired until",
        Role.VIEWER,
    ),
    ("Triage rules", "/triage-rules/", "decide standing suppress automatic", Role.MANAGER),
    ("New triage rule", "/triage-rules/new", "decide standing suppress automatic", Role.MANAGER),
    ("Suspected re-keys", "/re-keys/", "merge duplicate same moved", Role.VIEWER),
    ("The plan as a file", "/plan/", "yaml export download apply diff code", Role.MANAGER),
    (
        "Bring in a service catalogue",
        "/services/catalogue/",
        "backstage catalog-info yaml owners",
        Role.MANAGER,
    ),
    ("Annotations", "/annotations/", "charts notes happened release incident", Role.VIEWER),
    ("Export everything", "/exports/", "parquet csv duckdb pandas download data dictionary", Role.MANAGER),
    ("The thread", "/thread/", "goal objective initiative person narrative broken", Role.VIEWER),
    ("Stories of our work", "/stories/", "narrative board customer engineer revenue deals", Role.VIEWER),
    ("The library of stories", "/narratives/", "narrative zero trust paved road threat fails", Role.VIEWER),
    ("Account", "/account/", "password theme", Role.VIEWER),
    ("Tokens", "/account/tokens/", "api program rest scope revoke bearer", Role.VIEWER),
    ("My messages", "/account/messages/", "digest mail slack teams reminders unsubscribe", Role.VIEWER),
    ("Webhooks", "/webhooks/", "events signed other tools integration", Role.MANAGER),
    ("Outbox", "/administration/messages/", "messages mail failed sent delivery", Role.ADMINISTRATOR),
)


@require_safe
def palette(request: HttpRequest) -> JsonResponse:
    """Every place that the person may go to."""
    return JsonResponse({"places": [*_pages(request), *_actions(request), *_metrics()]})


def _pages(request: HttpRequest) -> Iterator[dict[str, str]]:
    for entry in entries(request, (*PRIMARY, *SECONDARY)):
        yield {"title": entry.title, "address": entry.address, "kind": "page", "words": ""}


def _actions(request: HttpRequest) -> Iterator[dict[str, str]]:
    for title, address, words, role in ACTIONS:
        if at_least(request.user, role):
            yield {"title": title, "address": address, "kind": "action", "words": words}


def _metrics() -> Iterator[dict[str, str]]:
    for question, cards in shelf():
        for card in cards:
            words = f"{card.definition.name} {question}"
            title = card.definition.title or card.definition.name
            yield {"title": title, "address": card.address, "kind": "metric", "words": words}
