"""After a piece of work: how it turned out, and one tap a kind, in one page and one minute."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from throughline.accounts.models import User
from throughline.assignments.staffing import work_of
from throughline.engine.refusals import Refused
from throughline.objectives.addresses import address_of
from throughline.objectives.models import Initiative, ItemKind
from throughline.outcomes import access as outcomes
from throughline.outcomes.actions import grade
from throughline.outcomes.forms import GradeForm
from throughline.people import access, actions
from throughline.people.forms import TapsForm
from throughline.people.words import NOTHING_SAID


@require_http_methods(["GET", "HEAD", "POST"])
def look_back(request: HttpRequest, key: str) -> HttpResponse:
    """Did it absorb me, would I do it again, by kind; and of work that is done, four grades before that."""
    work = access.own_work(request.user, key)
    person = access.worker(request.user)
    data = request.POST if request.method == "POST" else None
    tapped = _tapped(person, work)
    taps = TapsForm(data, kinds=access.kinds_in_use(), held=_held(work, tapped), initial=tapped)
    piece = outcomes.Piece(work, is_own=True)
    said = outcomes.own_of(person, piece)
    is_graded = work.status == Initiative.Status.DONE and (said is None or said.counted_at is None)
    grades = GradeForm.of(said, data=data, is_own=True, may_be_empty=True) if is_graded else None
    if data is not None and taps.is_valid() and (grades is None or grades.is_valid()):
        # Who takes all of it back says something; who never said anything does not.
        if taps.is_empty and not any(tapped.values()) and not (grades and grades.said):
            messages.info(request, NOTHING_SAID)
            return HttpResponseRedirect(reverse("my-work"))
        try:
            _keep(person, piece, taps, grades, now=datetime.now(UTC))
            messages.success(request, f"Kept, for you alone, of “{work.title}”.")
            return HttpResponseRedirect(reverse("my-work"))
        except Refused as refused:
            (grades or taps).refuse(refused)
    # What was said before the work was taken up again can be taken back.
    too_early = "" if work.status in actions.OVER or any(tapped.values()) else actions.not_over(work)
    context = {"form": taps, "grades": grades, "said": said, "work": work, "too_early": too_early}
    context["address"] = address_of(ItemKind.INITIATIVE, key=work.key)
    is_refused = bool(taps.errors or (grades and grades.errors))
    return render(request, "people/look_back.html", context, status=422 if is_refused else 200)


def _held(work: Initiative, tapped: Mapping[str, str]) -> set[str]:
    """The kinds that the work is of as its staffing says, and those of which she said something before."""
    described = work_of(work)
    planned = {kind for kind, share in (described.kinds if described else {}).items() if share > 0}
    said = {name.split(":")[0] for name, word in tapped.items() if word}
    return planned | said if planned else set()


def _tapped(person: User, work: Initiative) -> dict[str, str]:
    words = {True: "yes", False: "no", None: ""}
    return {
        f"{each.kind.key}:{name}": words[getattr(each, name)]
        for each in access.own_taps(person)
        if each.initiative_id == work.pk
        for name in ("absorbed", "again")
    }


def _keep(
    person: User, piece: outcomes.Piece, taps: TapsForm, grades: GradeForm | None, *, now: datetime
) -> None:
    """Both, or neither."""
    assert isinstance(piece.work, Initiative)
    with transaction.atomic():
        actions.felt(person, piece.work, taps.said, now=now)
        if grades is not None and grades.said is not None:
            grade(person, piece, **grades.said, now=now)
