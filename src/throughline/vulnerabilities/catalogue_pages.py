"""A Backstage catalogue on a page: brought, compared with ours, and taken over once it was seen."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from throughline.accounts.access import actor_name, at_least, require
from throughline.accounts.models import Role, User
from throughline.plans.format.problems import Problem, Problems
from throughline.vulnerabilities.backstage import read_catalogue
from throughline.vulnerabilities.service_files import Differences, bring, compared

# It is read while the person waits; what is larger goes through the command line.
MOST_BYTES = 256 * 1024
TOO_LARGE = f"This is more than the {MOST_BYTES // 1024} KB that the page takes: use throughline catalogue."


class CatalogueForm(forms.Form):
    """A catalogue as text or as a file; `seen` is what the person saw when she said yes."""

    use_required_attribute = False

    text = forms.CharField(
        required=False,
        strip=False,
        label="catalog-info.yaml",
        widget=forms.Textarea({"class": "expression", "rows": 12, "spellcheck": "false"}),
    )
    file = forms.FileField(
        required=False, label="Or its file", widget=forms.FileInput({"accept": ".yaml,.yml,.json,text/yaml"})
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The catalogue as bytes under `content`, from the file where there is one."""
        found = self.cleaned_data
        upload = found.get("file")
        content, name = (found.get("text") or "").encode(), "catalog-info.yaml"
        if isinstance(upload, UploadedFile):
            # One byte more, so that what is too large says so.
            content, name = upload.read(MOST_BYTES + 1), upload.name or name
        if len(content) > MOST_BYTES:
            self.add_error("file" if upload else "text", TOO_LARGE)
        elif not content.strip():
            self.add_error("text", "Paste a catalogue, or choose a file.")
        return {**found, "content": content, "name": name}


@require_http_methods(["GET", "HEAD", "POST"])
def catalogue(request: HttpRequest) -> HttpResponse:
    """The form; its POST compares, and brings in what was compared."""
    person = require(request.user, Role.MANAGER)
    if request.method != "POST":
        return _page(request, CatalogueForm())
    form = CatalogueForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    try:
        found, seen, is_done = _answered(given, person, wants_it="apply" in request.POST)
    except Problems as problems:
        return _page(request, _kept(given), problems=problems.found, status=422)
    if is_done:
        messages.success(request, f"The catalogue is in: {_counted(found)}.")
        return HttpResponseRedirect(reverse("services"))
    is_other = "apply" in request.POST
    return _page(request, _kept(given, seen=seen), found=found, is_other=is_other)


def _answered(given: dict[str, Any], person: User, *, wants_it: bool) -> tuple[Differences, str, bool]:
    """What bringing it in would do, its mark, and whether it is done: only where it is what was seen."""
    may_add = at_least(person, Role.ADMINISTRATOR)
    read = read_catalogue({given["name"]: given["content"]})
    with transaction.atomic():
        found = compared(read, may_add_teams=may_add)
        seen = hashlib.sha256(json.dumps(found.document(), sort_keys=True).encode()).hexdigest()
        is_done = wants_it and given["seen"] == seen
        if is_done:
            bring(actor_name(person), read, may_add_teams=may_add, now=datetime.now(UTC))
    return found, seen, is_done


def _counted(found: Differences) -> str:
    return f"{len(found.new)} new, {len(found.changed)} changed, {found.same} as known"


def _kept(given: dict[str, Any], *, seen: str = "") -> CatalogueForm:
    """The form with what was brought in its text, so that it can be mended or taken over."""
    return CatalogueForm(initial={"text": given["content"].decode("utf-8", "replace"), "seen": seen})


def _page(
    request: HttpRequest,
    form: CatalogueForm,
    *,
    found: Differences | None = None,
    problems: list[Problem] | None = None,
    is_other: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "found": found,
        "counted": _counted(found) if found else "",
        "problems": problems or [],
        "is_other": is_other,
    }
    return render(request, "vulnerabilities/catalogue.html", context, status=status)
