"""One's own tokens: made here, shown once, revoked. Administrators see and revoke everybody's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts import tokens
from throughline.accounts.access import actor_name, at_least, signed_in
from throughline.accounts.forms import NewToken
from throughline.accounts.models import Role, Token
from throughline.accounts.scopes import SCOPES
from throughline.engine.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def tokens_page(request: HttpRequest) -> HttpResponse:
    """The list, with the form for another one."""
    owner, now = signed_in(request.user), datetime.now(UTC)
    form = NewToken(request.POST or None, scopes=tokens.may_give(owner))
    if request.method == "POST" and form.is_valid():
        try:
            made, value = tokens.make(actor_name(owner), owner, now=now, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.place if refused.place in form.fields else None, refused.message)
        else:
            return render(request, "accounts/token_made.html", {"token": made, "value": value})
    return _page(request, form, status=422 if form.is_bound else 200)


@require_safe
def tokens_json(request: HttpRequest) -> JsonResponse:
    """The same list for programs."""
    now = datetime.now(UTC)
    return JsonResponse(
        {"tokens": [tokens.described(each, now=now) for each in tokens.visible(request.user)]}
    )


@require_POST
def token_revoke(request: HttpRequest, id: int) -> HttpResponse:
    """End a token."""
    person, now = signed_in(request.user), datetime.now(UTC)
    found = tokens.token_for(person, id)
    tokens.revoke(actor_name(person), found, now=now)
    messages.success(request, f"{found.name} is revoked: what uses it is refused from now on.")
    return HttpResponseRedirect(reverse("tokens"))


def _page(request: HttpRequest, form: NewToken, *, status: int) -> HttpResponse:
    now = datetime.now(UTC)
    own: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for each in tokens.visible(request.user):
        (own if each.user_id == request.user.pk else others).append(_row(each, now))
    context = {
        "form": form,
        "own": own,
        "others": others,
        "sees_all": at_least(request.user, Role.ADMINISTRATOR),
    }
    return render(request, "accounts/tokens.html", context, status=status)


def _row(token: Token, now: datetime) -> dict[str, Any]:
    says = [SCOPES[name].says for name in token.scopes if name in SCOPES]
    return {"token": token, "state": tokens.state_of(token, now=now), "says": says}
