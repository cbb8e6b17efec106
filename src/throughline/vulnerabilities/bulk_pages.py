"""Deciding about many vulnerabilities: what it would change is said first, and one Undo takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import require, scope_of
from throughline.accounts.addresses import safe_next
from throughline.accounts.models import Role, User
from throughline.engine.dates import iso
from throughline.engine.refusals import Refused
from throughline.measures import queries as measures
from throughline.site.refusals import problem, wants_data
from throughline.ui.words import LOOKS
from throughline.vulnerabilities import actions, originals
from throughline.vulnerabilities.forms import Triage
from throughline.vulnerabilities.listing import explore
from throughline.vulnerabilities.models import Event, State, Vulnerability
from throughline.vulnerabilities.outlook import Outlook, outlook
from throughline.vulnerabilities.selections import PAGE_SIZE, Selection, selection_of

LONGEST_ID = 18
LONGEST_SEARCH = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision about records, as it was sent: their ids, and the form that says what they are."""

    ids: list[int]
    form: Triage
    outlook: Outlook


@require_POST
def triage_many(request: HttpRequest) -> HttpResponse:
    """Say what a decision about the chosen records would change; with `sure`, decide.

    The records are `ids`, or with `all` those of the selection in the address. `count` is how many the
    person was told of: where there are others now, they are told anew.
    """
    person, now = require(request.user, Role.MEMBER), datetime.now(UTC)
    ids = _chosen(request, now=now)
    asked = Asked(ids, Triage(request.POST), outlook(person, ids, _state(request)))
    if not request.POST.get("sure"):
        return _told(request, asked, now=now)
    refusal = _outdated(request, asked.outlook)
    if refusal:
        asked.form.add_error(None, refusal)
    if asked.form.is_valid():
        try:
            return _decide(request, person, asked, now=now)
        except Refused as refused:
            asked.form.refuse(refused)
    return _refused(request, asked, now=now)


@require_POST
def undo_many(request: HttpRequest) -> HttpResponse:
    """Take back what the person decided at the instant in the address."""
    person = require(request.user, Role.MEMBER)
    at, after = _when(request)
    count = actions.undo_together(person, at=at, after=after, now=datetime.now(UTC))
    said = "Taken back." if count == 1 else f"Taken back: {count:,} findings are what they were."
    messages.success(request, said)
    if wants_data(request):
        return JsonResponse({"said": said, "count": count})
    return HttpResponseRedirect(safe_next(request, request.POST.get("next", "")))


@require_safe
def originals_of(request: HttpRequest) -> HttpResponse:
    """The few vulnerabilities that may be meant by `of`, to choose one; `ids` are the duplicates."""
    person, said = require(request.user, Role.MEMBER), request.GET.get("of", "")[:LONGEST_SEARCH]
    besides = [int(id) for id in request.GET.getlist("ids")[:PAGE_SIZE] if _is_number(id)]
    found = originals.offered(person, said, besides=besides) if said.strip() else []
    context = {"offered": found, "said": said.strip()}
    return render(request, "vulnerabilities/originals.html", context)


def undo_address(at: datetime, *, after: int) -> str:
    """Where the decision of an instant is taken back."""
    return f"{reverse('vulnerabilities-undo')}?{urlencode({'at': iso(at), 'after': after})}"


def _decide(request: HttpRequest, person: User, asked: Asked, *, now: datetime) -> HttpResponse:
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    actions.triage(person, asked.ids, now=now, **asked.form.cleaned_data)
    said, undo = _done(asked), undo_address(now, after=last)
    messages.success(request, said, extra_tags=undo)
    if wants_data(request):
        return JsonResponse({"said": said, "count": asked.outlook.count, "undo": undo})
    return HttpResponseRedirect(safe_next(request, request.POST.get("next", "")))


def _done(asked: Asked) -> str:
    state = asked.outlook.state.capitalize()
    if len(asked.ids) > 1:
        return f"{state}: {len(asked.ids):,} findings."
    title = Vulnerability.objects.values_list("title", flat=True).get(pk=asked.ids[0])
    return f"{state}: {title if len(title) <= 80 else title[:79] + '…'}"


def _told(request: HttpRequest, asked: Asked, *, now: datetime) -> HttpResponse:
    found = asked.outlook
    if wants_data(request):
        said = {"sentence": found.sentence, "count": found.count, "by_people": found.by_people}
        return JsonResponse({**said, "needs_reason": found.state in actions.REASON_NEEDED})
    return _page(request, asked, Triage(initial=request.POST.dict()), now=now)


def _refused(request: HttpRequest, asked: Asked, *, now: datetime) -> HttpResponse:
    if wants_data(request):
        field, errors = next(iter(asked.form.errors.items()))
        return problem(str(errors[0]), status=422, code=field)
    return _page(request, asked, asked.form, now=now, code=422)


def _page(
    request: HttpRequest, asked: Asked, form: Triage, *, now: datetime, code: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "outlook": asked.outlook,
        "word": LOOKS[asked.outlook.state].word,
        "needs_reason": asked.outlook.state in actions.REASON_NEEDED,
        "ends": asked.outlook.state == State.ACCEPTED,
        "is_duplicate": asked.outlook.state == State.DUPLICATE,
        "ids": [] if request.POST.get("all") else asked.ids,
        "address": request.get_full_path(),
        "next": request.POST.get("next") or selection_of(request.GET, now=now).address(),
    }
    return render(request, "vulnerabilities/decide.html", context, status=code)


def _state(request: HttpRequest) -> str:
    state = request.POST.get("state", "")
    if state not in State.values:
        raise Refused(f"Say what they are: {', '.join(State.values)}.", code="state")
    return state


def _chosen(request: HttpRequest, *, now: datetime) -> list[int]:
    if request.POST.get("all"):
        return _selected(request, selection_of(request.GET, now=now), now=now)
    ids = request.POST.getlist("ids")
    if not ids:
        raise Refused("Choose what to decide about: tick at least one vulnerability.", code="ids")
    if not all(map(_is_number, ids)):
        raise Refused("A vulnerability is named by the number in its address, such as 17.", code="ids")
    return list(dict.fromkeys(map(int, ids)))


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= LONGEST_ID


def _selected(request: HttpRequest, selection: Selection, *, now: datetime) -> list[int]:
    if selection.known_at:
        raise Refused("This list is as it was known then: decide in the list of today.", code="known")
    explorer = explore(selection, schema=measures.schema(), scope=scope_of(request.user), now=now)
    found = explorer.ids(most=actions.MOST_AT_ONCE)
    if not found:
        raise Refused("Nothing is in this list any more: there is nothing to decide about.", code="ids")
    return found


def _outdated(request: HttpRequest, found: Outlook) -> str:
    told = request.POST.get("count", "")
    if not told or told == str(found.count):
        return ""
    return f"The list has changed meanwhile, from {told[:9]} to {found.count:,} findings: look again."


def _when(request: HttpRequest) -> tuple[datetime, int]:
    """The instant of a decision, and an event before it, from the address."""
    after = request.GET.get("after", "0")
    at = _instant(request.GET.get("at", ""))
    if at is None or not after.isdecimal() or len(after) > LONGEST_ID:
        raise Refused("Say which decision: use the Undo that was offered when it was made.", code="at")
    return at, int(after)


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
