"""What an owner does with a dashboard: put tiles on it, move them, take them away and back."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts.access import signed_in
from throughline.dashboards import access, actions, queries
from throughline.dashboards.forms import NEW, AddForm, DashboardForm, TileForm
from throughline.dashboards.looking import Looking
from throughline.dashboards.models import Dashboard, Tile
from throughline.dashboards.ready import Placed, looking_at
from throughline.dashboards.tiles import checked_address, require_there
from throughline.engine.refusals import Refused
from throughline.site.refusals import wants_data


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """The tile of an address, and which dashboard it goes to."""
    person = signed_in(request.user)
    boards = list(access.own(person).order_by("-id"))
    asked = {
        "address": request.GET.get("address", ""),
        "to": request.GET.get("to") or (boards[0].slug if boards else NEW),
    }
    form = AddForm(request.POST or None, boards=boards, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            board, tile = _added(request, form)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"The tile is on “{board.name}”.")
            return HttpResponseRedirect(f"{_address(board)}#tile-{tile.pk}")
    address = form["address"].value() or ""
    preview, problem = _preview(request, str(address))
    # What was sent has its problem beside the field already.
    context = {"form": form, "preview": preview, "problem": "" if form.is_bound else problem}
    return render(request, "dashboards/add.html", context, status=422 if form.errors else 200)


def _added(request: HttpRequest, form: AddForm) -> tuple[Dashboard, Tile]:
    person, now = signed_in(request.user), _now()
    given = form.cleaned_data
    # Looked at before anything is made: what no tile shows must leave no empty dashboard behind.
    require_there(given["address"], Looking(person, now))
    if given["to"] == NEW:
        board = actions.make(person, name=given["name"], now=now)
    else:
        board = access.own_dashboard(person, given["to"])
    return board, actions.add_tile(person, board, form.said, now=now)


def _preview(request: HttpRequest, address: str) -> tuple[queries.Shown | None, str]:
    """The tile as it would stand, or why no tile shows the address."""
    if not address:
        return None, ""
    try:
        kept = checked_address(address)
    except Refused as refused:
        return None, f"{refused.message[:1].upper()}{refused.message[1:]}."
    looking = Looking(signed_in(request.user), _now())
    return queries.small([queries.show(Placed(address=kept), looking)])[0], ""


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """The dashboard's name and who sees it."""
    board = access.own_dashboard(request.user, slug)
    form = DashboardForm(request.POST or None, initial={"name": board.name, "audience": board.audience})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(signed_in(request.user), board, **form.cleaned_data, now=_now())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The dashboard is saved.")
            return HttpResponseRedirect(_address(board))
    context = {"board": board, "form": form}
    return render(request, "dashboards/settings.html", context, status=422 if form.errors else 200)


@require_POST
def copy(request: HttpRequest, slug: str) -> HttpResponse:
    """A dashboard of one's own with the same tiles."""
    person = signed_in(request.user)
    board = access.dashboard_for(person, slug)
    looking = looking_at(board, person, team=request.POST.get("team", ""), now=_now())
    made = actions.copy(person, board, queries.tiles_of(board, looking), now=looking.now)
    messages.success(request, "This copy is yours: arrange it, rename it, show it to others.")
    return HttpResponseRedirect(f"{_address(made)}?arrange=1")


@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a dashboard away."""
    board = access.own_dashboard(request.user, slug)
    actions.remove(signed_in(request.user), board, now=_now())
    undo = reverse("dashboard-restore", args=[slug])
    messages.success(request, f"“{board.name}” is gone, and its links with it.", extra_tags=undo)
    return HttpResponseRedirect(reverse("dashboards"))


@require_POST
def restore(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring it back."""
    board = access.removed_dashboard(request.user, slug)
    actions.restore(signed_in(request.user), board, now=_now())
    messages.success(request, f"“{board.name}” is back.")
    return HttpResponseRedirect(_address(board))


@require_http_methods(["GET", "HEAD", "POST"])
def tile(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One tile's address, title, width and annotation."""
    found = access.own_tile(request.user, slug, number)
    first = {name: getattr(found, name) for name in ("address", "title", "width", "annotation")}
    form = TileForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        person, now = signed_in(request.user), _now()
        try:
            # A tile that has lost what it showed can still be given another title.
            if form.said.address != found.address:
                require_there(form.said.address, Looking(person, now))
            actions.change_tile(person, found, form.said, now=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The tile is saved.")
            return HttpResponseRedirect(f"{_address(found.dashboard)}#tile-{number}")
    address = str(form["address"].value() or "")
    context = {
        "board": found.dashboard,
        "tile": found,
        "form": form,
        "preview": _preview(request, address)[0],
    }
    return render(request, "dashboards/edit_tile.html", context, status=422 if form.errors else 200)


@require_POST
def arrange(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Move a tile, or make it wider or narrower."""
    found = access.own_tile(request.user, slug, number)
    what, before = request.POST.get("what", ""), request.POST.get("before", "")
    said = actions.arrange(
        signed_in(request.user),
        found,
        what,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
        now=_now(),
    )
    if wants_data(request):
        return JsonResponse({"said": said})
    # The page comes back with the cursor on the button that was pressed.
    return HttpResponseRedirect(f"{_address(found.dashboard)}?arrange=1&tile={number}&did={what}")


@require_POST
def remove_tile(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take a tile away."""
    found = access.own_tile(request.user, slug, number)
    actions.remove_tile(signed_in(request.user), found, now=_now())
    undo = reverse("dashboard-tile-restore", args=[slug, number])
    messages.success(request, "The tile is gone.", extra_tags=undo)
    return HttpResponseRedirect(f"{_address(found.dashboard)}?arrange=1")


@require_POST
def restore_tile(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Bring it back where it was."""
    found = access.own_tile(request.user, slug, number, removed=True)
    actions.restore_tile(signed_in(request.user), found, now=_now())
    return HttpResponseRedirect(f"{_address(found.dashboard)}?arrange=1#tile-{number}")


def _address(board: Dashboard) -> str:
    return reverse("dashboard", args=[board.slug])


def _now() -> datetime:
    return datetime.now(UTC)
