"""Triage rules: what they say and decided, a form that tries a rule on the past as it is written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import require
from throughline.accounts.forms import SaysNo
from throughline.accounts.models import Role, User
from throughline.engine.refusals import Refused
from throughline.engine.triage import Pattern, suggested
from throughline.site.plain import plain
from throughline.vulnerabilities import bulk, rules
from throughline.vulnerabilities.access import vulnerability_for
from throughline.vulnerabilities.models import State, TriageRule, TriageRuleVersion

DECISIONS = [(state.value, state.value.capitalize()) for state in State if state != State.POTENTIAL]


class RuleForm(SaysNo, forms.Form):
    """What a rule is about, and what it decides."""

    name = forms.CharField(max_length=120, help_text="Stands beside every decision that it makes.")
    source = forms.CharField(max_length=120, required=False)
    rule = forms.CharField(label="Check", max_length=200, required=False, help_text="Such as B101 or CKV_*.")
    path = forms.CharField(
        max_length=500, required=False, help_text="* within a folder, ** across folders: tests/**"
    )
    component = forms.CharField(max_length=240, required=False)
    cwe = forms.CharField(label="CWE", max_length=16, required=False)
    state = forms.ChoiceField(label="They become", choices=DECISIONS, initial=State.FALSE_POSITIVE.value)
    reason = forms.CharField(
        max_length=500, required=False, help_text="Needed, except for confirmed and duplicate."
    )
    days = forms.IntegerField(
        label="Days accepted", min_value=1, max_value=3_650, required=False, help_text="For accepted risks."
    )

    def terms(self) -> rules.Terms:
        """What was asked, as a rule takes it."""
        said = self.cleaned_data
        parts = ("source", "rule", "path", "cwe", "component")
        return rules.Terms(
            name=said.get("name", "").strip(),
            pattern=Pattern(**{part: said.get(part, "").strip() for part in parts}),
            state=said.get("state", ""),
            reason=said.get("reason", "").strip(),
            days=said.get("days"),
        )


@require_safe
def triage_rules(request: HttpRequest) -> HttpResponse:
    """Every rule with what it says and how often it decided."""
    require(request.user, Role.MANAGER)
    return render(request, "vulnerabilities/rules.html", {"rules": rules.listed()})


@require_safe
def triage_rules_json(request: HttpRequest) -> JsonResponse:
    """The rules with all their versions, for programs."""
    require(request.user, Role.MANAGER)
    versions = TriageRuleVersion.objects.select_related("rule").order_by("rule_id", "-number")
    return JsonResponse({"rules": [plain(_row(version)) for version in versions]})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new rule, begun from a vulnerability where one is named."""
    manager = require(request.user, Role.MANAGER)
    if request.method == "POST":
        return _posted(request, manager, None)
    return _page(request, manager, RuleForm(initial=_begun(request, manager)), None)


@require_http_methods(["GET", "HEAD", "POST"])
def triage_rule(request: HttpRequest, id: int) -> HttpResponse:
    """Change a rule: that makes a new version of it."""
    manager = require(request.user, Role.MANAGER)
    found = TriageRule.objects.filter(pk=id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        return _posted(request, manager, found)
    version = found.versions.first()
    assert version is not None
    return _page(request, manager, RuleForm(initial=_said(version)), found)


@require_POST
def switch(request: HttpRequest, id: int) -> HttpResponse:
    """Put a rule in force, or out of it."""
    manager = require(request.user, Role.MANAGER)
    on = request.POST.get("on") == "1"
    rule = rules.switch(manager, id, on=on, now=datetime.now(UTC))
    said = "decides again" if on else "decides no more; what it decided stands"
    messages.success(request, f"{rule.name} {said}.")
    return HttpResponseRedirect(reverse("triage-rules"))


@require_POST
def tried(request: HttpRequest) -> HttpResponse:
    """What a rule would have done, while it is written."""
    manager = require(request.user, Role.MANAGER)
    form = RuleForm(request.POST)
    form.is_valid()
    return render(request, "vulnerabilities/rule_tried.html", _tried(manager, form))


def _posted(request: HttpRequest, manager: User, rule: TriageRule | None) -> HttpResponse:
    form = RuleForm(request.POST)
    if form.is_valid():
        now = datetime.now(UTC)
        try:
            version = rules.save(manager, form.terms(), now=now, rule=rule)
            decided = rules.apply(manager, version, now=now) if request.POST.get("apply") else 0
            messages.success(request, _saved(version, decided))
            return HttpResponseRedirect(reverse("triage-rules"))
        except Refused as refused:
            form.refuse(refused)
    return _page(request, manager, form, rule, code=422)


def _saved(version: TriageRuleVersion, decided: int) -> str:
    noun = "finding" if decided == 1 else "findings"
    did = f" It decided {decided:,} waiting {noun}." if decided else ""
    return f"{version.rule.name} is in force as version {version.number}.{did}"


def _page(
    request: HttpRequest, manager: User, form: RuleForm, rule: TriageRule | None, *, code: int = 200
) -> HttpResponse:
    shown = form
    if not form.is_bound:
        shown = RuleForm({**dict.fromkeys(form.fields, ""), "state": "false positive", **form.initial})
        shown.is_valid()
    context = {"form": form, "rule": rule, **_tried(manager, shown)}
    context["versions"] = rule.versions.all() if rule else []
    return render(request, "vulnerabilities/rule.html", context, status=code)


def _tried(manager: User, form: RuleForm) -> dict[str, Any]:
    terms = form.terms()
    if terms.pattern.is_empty:
        return {"tried": None, "untried": "Say what the rule is about: a source, a check or a path."}
    try:
        return {"tried": rules.tried(manager, terms), "terms": terms}
    except Refused as refused:
        return {"tried": None, "untried": refused.message}


def _begun(request: HttpRequest, manager: User) -> dict[str, Any]:
    asked = request.GET.get("from", "")
    if not (asked.isdecimal() and len(asked) < 19):
        return {}
    found = vulnerability_for(manager, int(asked))
    values = bulk.values_by_id([found.pk])[found.pk][0]
    pattern = suggested(values)
    named = " ".join(filter(None, [pattern.rule or pattern.component, "in", pattern.path or pattern.source]))
    said = {name: getattr(pattern, name) for name in ("source", "rule", "path", "component")}
    return {**said, "name": named[:120], "state": State.FALSE_POSITIVE.value}


def _said(version: TriageRuleVersion) -> dict[str, Any]:
    pattern = rules.pattern_of(version)
    parts = {name: getattr(pattern, name) for name in ("source", "rule", "path", "cwe", "component")}
    return {
        **parts,
        "name": version.rule.name,
        "state": version.state,
        "reason": version.reason,
        "days": version.days,
    }


def _row(version: TriageRuleVersion) -> dict[str, Any]:
    return {
        "id": version.rule_id,
        "version": version.number,
        "is_on": version.rule.is_on,
        **_said(version),
        "made_at": version.made_at,
        "made_by": version.actor,
    }
