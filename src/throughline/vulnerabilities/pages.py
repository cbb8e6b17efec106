"""The vulnerability explorer: what is there, by any facet, with honest times."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from throughline.accounts.access import at_least, scope_of
from throughline.accounts.models import Role
from throughline.engine.language.fields import Schema
from throughline.engine.refusals import Refused
from throughline.measures import queries as measures
from throughline.measures.ranges import NAMES
from throughline.site.exports import csv_response
from throughline.sources.sightings import rekeys
from throughline.ui.problems import Problem, problem_of
from throughline.vulnerabilities.actions import MOST_AT_ONCE
from throughline.vulnerabilities.comparing import before, compared
from throughline.vulnerabilities.listing import (
    Explorer,
    FacetValue,
    explore,
    facets,
    label_of,
    with_deciders,
    with_epss,
)
from throughline.vulnerabilities.models import TriageRule, Vulnerability
from throughline.vulnerabilities.selections import FACETS, PAGE_SIZE, Selection, selection_of

FIRST_VALUES = 7
FACETS_WITH_LOOKS = ("severity", "status")
COLUMNS = (
    ("Severity", "severity"),
    ("Title", "title"),
    ("Status", "status"),
    ("Service", "service"),
    ("Identified", "identified"),
    ("Mitigated", "mitigated"),
)
# What is open in a state.
SHORTCUTS = {"Waiting for triage": "potential", "Acceptances that ran out": "accepted"}
NOTHING_LEFT = {
    "Waiting for triage": "Nothing waits for triage",
    "Acceptances that ran out": "No acceptance has run out",
}
ASKED = ("q", "where", "at", "range", "from", "to", "known", "sort")


@require_safe
def vulnerabilities(request: HttpRequest) -> HttpResponse:
    """The list with its facets; a refusal stands beside the field that it is about."""
    now = datetime.now(UTC)
    schema = measures.schema()
    context = _frame(request, schema)
    try:
        selection = selection_of(request.GET, now=now)
        context |= _about(selection)
        explorer = explore(selection, schema=schema, scope=scope_of(request.user), now=now)
    except Refused as refused:
        context |= {"problem": _problem(refused, request)}
        return render(request, "vulnerabilities/list.html", context, status=400)
    shortcuts = list(_shortcuts(request, explorer))
    context |= _explored(explorer) | {"shortcuts": shortcuts, "nothing_left": _nothing_left(shortcuts)}
    return render(request, "vulnerabilities/list.html", context | _deciding(request, selection))


@require_safe
def vulnerabilities_csv(request: HttpRequest) -> HttpResponseBase:
    """The same rows as a file: every field and attribute."""
    names, rows = _explorer(request).everything()
    return csv_response("vulnerabilities", names, rows)


@require_safe
def vulnerabilities_json(request: HttpRequest) -> HttpResponseBase:
    """The same rows as JSON, streamed."""
    explorer = _explorer(request)
    total, n_open = explorer.total()
    was = compared(before(explorer), total=total, n_open=n_open, times=explorer.times())
    head = {"total": total, "open": n_open, "before": was.document, "warnings": explorer.misnamed()}
    parts = _json_parts(*explorer.everything(), head=head)
    return StreamingHttpResponse(parts, content_type="application/json")


def _json_parts(names: Sequence[str], rows: Iterator[list[Any]], *, head: Mapping[str, Any]) -> Iterator[str]:
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "rows": ['
    for number, row in enumerate(rows):
        values = {name: _plain(value) for name, value in zip(names, row, strict=True)}
        yield ("," if number else "") + json.dumps(values, ensure_ascii=False)
    yield "]}"


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _explorer(request: HttpRequest) -> Explorer:
    now = datetime.now(UTC)
    selection = selection_of(request.GET, now=now)
    return explore(selection, schema=measures.schema(), scope=scope_of(request.user), now=now)


def _problem(refused: Refused, request: HttpRequest) -> Problem:
    return problem_of(refused, {"where": request.GET.get("where", "").strip()})


def _frame(request: HttpRequest, schema: Schema) -> dict[str, Any]:
    """What the page has whether or not the address makes sense."""
    return {
        "asked": {name: request.GET.get(name, "") for name in ASKED},
        "selection": Selection(),
        "dates": [field.name for field in schema.dates()],
        "ranges": NAMES,
        "all_address": Selection().address(),
        "may_import": at_least(request.user, Role.MANAGER),
        "nothing_at_all": not Vulnerability.objects.exists(),
    }


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter in force, and the address without it."""

    name: str
    value: str
    address: str


def _about(selection: Selection) -> dict[str, Any]:
    return {"selection": selection, "filters": list(_filters(selection))}


def _filters(selection: Selection) -> Iterator[Filter]:
    if selection.search:
        yield Filter("search", selection.search, selection.address(search="", page=1))
    for name, values in selection.chosen.items():
        for value in values:
            address = selection.toggled(name, value).address()
            yield Filter(FACETS[name].lower(), label_of(name, value), address)
    if selection.where:
        yield Filter("where", selection.where, selection.address(where="", page=1))
    if selection.range.since or selection.range.until:
        everything = selection_of_all(selection)
        yield Filter(selection.at or "identified", NAMES[selection.range.name].lower(), everything)
    if selection.known:
        yield Filter("as known at", selection.known, selection.address(known="", known_at=None, page=1))


def selection_of_all(selection: Selection) -> str:
    """The address of the selection without its period."""
    return selection.address(range=Selection().range, at="", page=1)


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A place that triage often goes to, and how much is there."""

    title: str
    n: int
    address: str
    here: bool = False


def _shortcuts(request: HttpRequest, explorer: Explorer) -> Iterator[Shortcut]:
    here = explorer.selection.address(page=1)
    for title, state in SHORTCUTS.items():
        selection, n = explorer.beside(status="open", state=state)
        address = selection.address()
        yield Shortcut(title, n, address, address == here)
    if at_least(request.user, Role.MANAGER):
        yield Shortcut("Triage rules", TriageRule.objects.filter(is_on=True).count(), reverse("triage-rules"))
    yield Shortcut("Suspected re-keys", rekeys(request.user).filter(decided="").count(), reverse("rekeys"))


def _nothing_left(shortcuts: Sequence[Shortcut]) -> str:
    """What an empty list means where a shortcut leads to it."""
    return next((NOTHING_LEFT[each.title] for each in shortcuts if each.here), "")


def _deciding(request: HttpRequest, selection: Selection) -> dict[str, Any]:
    """What the page needs to decide about its rows; a list as known then is only looked at."""
    return {
        "may_decide": at_least(request.user, Role.MEMBER) and not selection.known_at,
        "may_rule": at_least(request.user, Role.MANAGER),
        "most_at_once": MOST_AT_ONCE,
        "list_address": selection.address(),
        "decide_address": selection.address(reverse("vulnerabilities-triage"), page=1),
    }


def _explored(explorer: Explorer) -> dict[str, Any]:
    selection = explorer.selection
    explorer.begin()
    total, n_open = explorer.total()
    times = explorer.times()
    opened = (
        selection if "open" in selection.chosen.get("status", ()) else selection.toggled("status", "open")
    )
    return {
        "explored": True,
        "total": total,
        "n_open": n_open,
        "misnamed": explorer.misnamed(),
        "times": times,
        "was": compared(before(explorer), total=total, n_open=n_open, times=times),
        "rows": with_deciders(with_epss(explorer.page())),
        "facets": [_facet(name, values) for name, values in facets(explorer).items()],
        "columns": [_column(title, name, selection) for title, name in COLUMNS],
        "pages": _pages(selection, total),
        "open_address": opened.address(),
        "csv_address": selection.address("/vulnerabilities.csv", page=1),
        "json_address": selection.address("/vulnerabilities.json", page=1),
        "metric_address": _metric(selection, "time_to_remediate"),
        "median_address": _metric(selection, "time_to_remediate_median"),
        "mean_address": _metric(selection, "time_to_remediate"),
    }


def _facet(name: str, values: list[FacetValue]) -> dict[str, Any]:
    shown = [v for n, v in enumerate(values) if n < FIRST_VALUES or v.picked]
    rest = [value for value in values if value not in shown]
    looks = name in FACETS_WITH_LOOKS
    return {"name": name, "title": FACETS[name], "first": shown, "rest": rest, "has_looks": looks}


def _column(title: str, name: str, selection: Selection) -> dict[str, str]:
    if not name:
        return {"title": title, "address": "", "order": ""}
    order = {f"-{name}": "descending", name: "ascending"}.get(selection.sort, "")
    return {"title": title, "address": selection.sorted_by(name).address(), "order": order}


def _pages(selection: Selection, total: int) -> dict[str, Any]:
    first = (selection.page - 1) * PAGE_SIZE + 1
    last = min(first + PAGE_SIZE - 1, total)
    return {
        "first": first,
        "last": last,
        "total": total,
        "start": selection.address(page=1),
        "before": selection.address(page=selection.page - 1) if selection.page > 1 else "",
        "after": selection.address(page=selection.page + 1) if last < total else "",
    }


def _metric(selection: Selection, name: str) -> str:
    """The metric explorer on the same slice; words of a search are no condition and stay behind."""
    asked = [("metric", name), ("where", selection.slice()), ("known", selection.known)]
    period = [(k, v) for k, v in selection.parameters() if k in ("at", "range", "from", "to")]
    return f"/metrics/?{urlencode([(k, v) for k, v in (*asked, *period) if v])}"
