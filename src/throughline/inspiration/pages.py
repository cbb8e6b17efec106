"""The shelf of a cycle: what is on it, who reads what, and one takeaway from each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.inspiration import access, actions, bringing, queries
from throughline.inspiration.forms import AssignForm, ItemForm, ShelfFileForm, TakeForm
from throughline.inspiration.models import Item
from throughline.inspiration.work import bring_later
from throughline.objectives.models import Cycle
from throughline.site.exports import csv_response
from throughline.site.plain import plain
from throughline.ui.rows import pages
from throughline.workshops.opening import may_sit

# A file of more bytes than this is read in the background.
AT_ONCE = 40_000


@require_http_methods(["GET", "HEAD", "POST"])
def shelf(request: HttpRequest, key: str) -> HttpResponse:
    """What can be read for a cycle; POST puts an item on it."""
    person = signed_in(request.user)
    cycle = cycle_for(person, key)
    form = ItemForm(request.POST or None)
    if request.method == "POST":
        access.require_add(person)
        if form.is_valid():
            try:
                made = actions.put(actor_name(person), form.said, now=_now())
                messages.success(request, "It is on the shelf.")
                return HttpResponseRedirect(f"{reverse('shelf', args=[key])}#item-{made.pk}")
            except Refused as refused:
                form.refuse(refused)
        return _page(request, cycle, item=form)
    return _page(request, cycle)


@require_safe
def shelf_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    """The shelf as a table, with the same filters."""
    cycle = cycle_for(request.user, key)
    return csv_response(f"shelf-{cycle.key}", queries.COLUMNS, queries.rows_of(_every(request, cycle)))


@require_safe
def shelf_json(request: HttpRequest, key: str) -> JsonResponse:
    """The same for programs."""
    cycle = cycle_for(request.user, key)
    rows = queries.rows_of(_every(request, cycle))
    items = [dict(zip(queries.COLUMNS, row, strict=True)) for row in rows]
    return JsonResponse(plain({"cycle": cycle.key, "items": items}))


@require_POST
def bring_in(request: HttpRequest, key: str) -> HttpResponse:
    """Bring a table or the maturity model in, a large one in the background: all of it, or nothing."""
    person = access.require_arrange(request.user)
    cycle = cycle_for(person, key)
    form = ShelfFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        name, shelf = file.name or "file", reverse("shelf", args=[key])
        try:
            if (file.size or 0) > AT_ONCE:
                job = bring_later(person, file.read(), name=name, back=shelf, now=_now())
                return HttpResponseRedirect(reverse("job", args=[job.pk]))
            brought = bringing.bring_file(actor_name(person), file.read(), name=name, now=_now())
            messages.success(request, f"{brought}.")
            return HttpResponseRedirect(shelf)
        except Refused as refused:
            for line in str(refused).splitlines():
                form.add_error("file", line)
    return _page(request, cycle, upload=form)


@require_POST
def bring_cards(request: HttpRequest, key: str) -> HttpResponse:
    """Put the narrative cards of the product on the shelf."""
    person = access.require_arrange(request.user)
    cycle_for(person, key)
    messages.success(request, f"{bringing.bring_cards(actor_name(person), now=_now())}.")
    return HttpResponseRedirect(f"{reverse('shelf', args=[key])}?kind=card")


@require_POST
def assign(request: HttpRequest, key: str, id: int) -> HttpResponse:
    """Read it for the cycle; a manager may ask somebody else to."""
    item = access.item_to_read(request.user, id)
    person, cycle = signed_in(request.user), cycle_for(request.user, key)
    form = AssignForm(request.POST, people=may_sit())
    if not form.is_valid():
        return _page(request, cycle, refused=str(form.errors["person"][0]), at=item)
    to = form.cleaned_data["person"] or person
    if to != person:
        access.require_arrange(person)
    try:
        actions.assign(actor_name(person), item, to=to, cycle=cycle, now=_now())
    except Refused as refused:
        return _page(request, cycle, refused=refused.message, at=item)
    messages.success(request, f"{to.name} reads “{item.title}”.")
    return HttpResponseRedirect(
        f"{reverse('shelf', args=[key])}#mine" if to == person else _back(request, key)
    )


@require_POST
def take(request: HttpRequest, id: int) -> HttpResponse:
    """Keep the one thing that the person takes from what she read."""
    reading = access.own_reading(request.user, id)
    form = TakeForm(request.POST)
    if form.is_valid():
        try:
            note = actions.take(signed_in(request.user), reading, now=_now(), **form.cleaned_data)
            messages.success(request, "It is kept, and a note of yours." if note else "It is kept.")
            return HttpResponseRedirect(f"{reverse('shelf', args=[reading.cycle.key])}#mine")
        except Refused as refused:
            form.refuse(refused)
    return _page(request, reading.cycle, taking=(reading.pk, form))


@require_POST
def withdraw(request: HttpRequest, key: str, id: int) -> HttpResponse:
    """Take an item off the shelf."""
    item = access.item_to_withdraw(request.user, id)
    cycle_for(request.user, key)
    actions.withdraw(actor_name(signed_in(request.user)), item, now=_now())
    messages.success(request, f"“{item.title}” is off the shelf.")
    return HttpResponseRedirect(_back(request, key))


def _page(
    request: HttpRequest,
    cycle: Cycle,
    *,
    item: ItemForm | None = None,
    upload: ShelfFileForm | None = None,
    taking: tuple[int, TakeForm] | None = None,
    refused: str = "",
    at: Item | None = None,
) -> HttpResponse:
    person = signed_in(request.user)
    wanted = _wanted(request)
    found = queries.wanted_items(access.visible_items(person), wanted, cycle)
    page, items = queries.page_of(found, request.GET.get("page", "1"), cycle, person)
    open_forms: list[Form] = [
        each for each in (item, upload, taking[1] if taking else None) if each is not None
    ]
    context: dict[str, Any] = {
        "cycle": cycle,
        "items": items,
        "pages": pages(page, request.GET),
        "kinds": Item.Kind.choices,
        "wanted": wanted,
        "mine": [
            (each, taking[1] if taking and taking[0] == each.pk else None)
            for each in queries.own_readings(cycle, person)
        ],
        "board": actions.board_for_notes(cycle),
        "form": item if item is not None else ItemForm(),
        "upload": upload or ShelfFileForm(),
        "people": may_sit() if access.may_arrange(person) else [],
        "refused": refused,
        "refused_at": at,
        "may_add": access.may_add(person),
        "may_arrange": access.may_arrange(person),
        "tab": "cycles",
    }
    status = 422 if refused or any(form.errors for form in open_forms) else 200
    return render(request, "inspiration/shelf.html", context, status=status)


def _every(request: HttpRequest, cycle: Cycle) -> list[queries.OnShelf]:
    found = queries.wanted_items(access.visible_items(request.user), _wanted(request), cycle)
    return queries.shelved(list(found), cycle)


def _wanted(request: HttpRequest) -> queries.Wanted:
    asked = request.GET
    return queries.Wanted(asked.get("kind", ""), asked.get("q", "")[:200], read=asked.get("read") == "1")


def _back(request: HttpRequest, key: str) -> str:
    asked = request.GET.urlencode()
    return reverse("shelf", args=[key]) + (f"?{asked}" if asked else "")


def _now() -> datetime:
    return datetime.now(UTC)
