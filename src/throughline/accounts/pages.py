"""Signing in and out, and one's own account."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts import actions, sign_in, tokens
from throughline.accounts.access import actor_name, signed_in
from throughline.accounts.addresses import client, safe_next
from throughline.accounts.forms import Details, Password, SignIn, Theme
from throughline.accounts.gate import public
from throughline.accounts.models import User
from throughline.engine.refusals import Refused

BACKEND = "django.contrib.auth.backends.ModelBackend"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """E-mail and password; where nobody has signed in yet it says where the first link is."""
    form = SignIn(request.POST or None, initial={"next": request.GET.get("next", "")})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _let_in_by_password(request, form)
        except Refused as refused:
            form.refuse(refused)
            status = 429 if refused.code == "throttled" else 200
    fresh = not User.objects.filter(last_login__isnull=False).exists()
    return render(request, "accounts/sign_in.html", {"form": form, "fresh": fresh}, status=status)


def _let_in_by_password(request: HttpRequest, form: SignIn) -> HttpResponse:
    given, now = form.cleaned_data, datetime.now(UTC)
    user = sign_in.check_password(given["email"], given["password"], address=client(request), now=now)
    login(request, user, BACKEND)
    return HttpResponseRedirect(safe_next(request, given["next"]))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """A page with one button: only pressing it uses the link up, so that a preview does not."""
    now = datetime.now(UTC)
    try:
        if request.method == "POST":
            login(request, sign_in.use_sign_in_link(token, now=now), BACKEND)
            return HttpResponseRedirect(reverse("home"))
        context = {"owner": sign_in.link_owner(token, now=now)}
        response = render(request, "accounts/sign_in_link.html", context)
    except Refused as refused:
        response = render(request, "accounts/sign_in_link.html", {"problem": refused.message}, status=410)
    # The address is a secret until it is used. (The form needs an Origin, so not "no-referrer" here.)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    sign_in.record_sign_out(signed_in(request.user), now=datetime.now(UTC))
    logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own name and e-mail address."""
    user = signed_in(request.user)
    form = Details(request.POST or None, initial={"name": user.name, "email": user.email})
    if request.method == "POST" and form.is_valid():
        try:
            actor, now = actor_name(user), datetime.now(UTC)
            given = {**form.cleaned_data, "address": client(request)}
            actions.change_own_details(user, actor=actor, now=now, **given)
            messages.success(request, "Your details are saved.")
            return HttpResponseRedirect(reverse("account"))
        except Refused as refused:
            user.refresh_from_db()
            form.refuse(refused)
    return _account_page(request, details=form, password=Password())


@require_POST
def account_password(request: HttpRequest) -> HttpResponse:
    """Set one's own password; other sessions of the person end."""
    form, user = Password(request.POST), signed_in(request.user)
    if form.is_valid():
        try:
            given = {**form.cleaned_data, "address": client(request)}
            sign_in.set_password(user, now=datetime.now(UTC), **given)
            update_session_auth_hash(request, user)
            messages.success(
                request, f"Your password is set. Other sessions of yours have ended.{_tokens_left(user)}"
            )
            return HttpResponseRedirect(reverse("account"))
        except Refused as refused:
            form.refuse(refused)
    initial = {"name": user.name, "email": user.email}
    return _account_page(request, details=Details(initial=initial), password=form)


def _tokens_left(user: User) -> str:
    """That tokens go on, for whoever changes the password since somebody else was in."""
    n = tokens.in_force(user.tokens.all(), now=datetime.now(UTC)).count()
    if not n:
        return ""
    works = "1 token of yours still works" if n == 1 else f"{n} tokens of yours still work"
    return f" {works}: revoke what is not yours under Tokens."


@require_POST
def account_theme(request: HttpRequest) -> HttpResponse:
    """Choose light, dark, or what the system says, for this browser."""
    form = Theme(request.POST)
    response = HttpResponseRedirect(reverse("account"))
    if not form.is_valid():
        return response
    if theme := form.cleaned_data["theme"]:
        # Read by the page's own script, so not http-only; it is no secret.
        response.set_cookie("theme", theme, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.SECURE)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


def _account_page(request: HttpRequest, *, details: Details, password: Password) -> HttpResponse:
    theme = Theme(initial={"theme": request.COOKIES.get("theme", "")})
    context = {"details": details, "password_form": password, "theme_form": theme}
    return render(request, "accounts/account.html", context)
