"""The page of the SLA policy: a number of days for each severity, and for tiers that need another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from throughline.accounts.access import actor_name, require
from throughline.accounts.models import Role
from throughline.vulnerabilities.models import Severity
from throughline.vulnerabilities.policy import MOST_DAYS, Limits, limits, named, set_limits
from throughline.vulnerabilities.services import TIERS

SEVERITIES = sorted(Severity, reverse=True)
COLUMNS: tuple[int | None, ...] = (None, *TIERS)


def _name(severity: int, tier: int | None) -> str:
    return f"days_{severity}_{tier or 'all'}"


class PolicyForm(forms.Form):
    """One field for each severity and tier; an empty one is no limit of its own."""

    def __init__(self, data: Mapping[str, Any] | None, *, now: Limits) -> None:
        super().__init__(data, initial={_name(*key): days for key, days in now.items()})
        for severity in SEVERITIES:
            for tier in COLUMNS:
                label = f"Days for {named(severity, tier)}"
                self.fields[_name(severity, tier)] = forms.IntegerField(
                    min_value=1, max_value=MOST_DAYS, required=False, label=label
                )

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, forms.BoundField]]]]:
        """Severities, each with (heading, field) of its columns."""
        return [
            (severity.label, [(title(tier), self[_name(severity, tier)]) for tier in COLUMNS])
            for severity in SEVERITIES
        ]

    def limits(self) -> Limits:
        """What was filled in."""
        asked = {
            (each.value, tier): self.cleaned_data[_name(each, tier)]
            for each in SEVERITIES
            for tier in COLUMNS
        }
        return {key: days for key, days in asked.items() if days is not None}


def title(tier: int | None) -> str:
    """The heading of a column."""
    return "Any tier" if tier is None else f"Tier {tier}"


@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """Show and change the days to mitigate."""
    manager = require(request.user, Role.MANAGER)
    form = PolicyForm(request.POST if request.method == "POST" else None, now=limits())
    if form.is_valid():
        changed = set_limits(actor_name(manager), form.limits(), now=datetime.now(UTC))
        if changed:
            messages.success(
                request, "The SLA policy is saved. Key results that rest on it are measured anew."
            )
        return HttpResponseRedirect(reverse("services"))
    context = {"form": form, "columns": [title(tier) for tier in COLUMNS]}
    return render(request, "vulnerabilities/policy.html", context, status=422 if form.errors else 200)
