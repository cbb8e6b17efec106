"""Writing the story of a piece of work, with the library beside it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.engine.refusals import Refused
from throughline.narratives.access import Work, initiative_to_tell, key_result_to_tell
from throughline.narratives.actions import tell
from throughline.narratives.forms import StoryForm, signs_for
from throughline.narratives.library import library
from throughline.narratives.models import LONGEST, Story
from throughline.narratives.telling import telling_of
from throughline.objectives.models import Initiative


@require_http_methods(["GET", "HEAD", "POST"])
def of_initiative(request: HttpRequest, key: str) -> HttpResponse:
    """The story of an initiative."""
    return _page(request, initiative_to_tell(request.user, key))


@require_http_methods(["GET", "HEAD", "POST"])
def of_key_result(request: HttpRequest, id: int) -> HttpResponse:
    """The story of a key result, in force or still sketched."""
    return _page(request, key_result_to_tell(request.user, id))


@require_safe
def beside(request: HttpRequest) -> HttpResponse:
    """What the library says of the story that was chosen, and the signs that go into the field."""
    signed_in(request.user)
    key, written = request.GET.get("narrative", ""), request.GET.get("fails", "")[: LONGEST["fails"] * 2]
    form = StoryForm(initial={"fails": signs_for(key, written)})
    context = {"beside": library().get(key), "form": form, "is_part": True}
    return render(request, "narratives/beside.html", context)


def _page(request: HttpRequest, work: Work) -> HttpResponse:
    is_initiative = isinstance(work, Initiative)
    shown = telling_of(work)
    story = Story.objects.filter(**{"initiative" if is_initiative else "key_result": work}).first()
    form = StoryForm.of(story, after=request.GET.get("after", ""))
    if request.method == "POST":
        form = StoryForm(request.POST)
        if form.is_valid():
            try:
                tell(actor_name(signed_in(request.user)), work, now=datetime.now(UTC), **form.said)
                messages.success(request, "The story is kept.")
                return HttpResponseRedirect(f"{shown.address}#story")
            except Refused as refused:
                form.refuse(refused)
    chosen = form["narrative"].value() or ""
    context = {
        "form": form,
        "work": shown,
        "beside": library().get(chosen),
        "narratives": library().values(),
        "stories": reverse("stories"),
    }
    return render(request, "narratives/story_form.html", context, status=422 if form.errors else 200)
