"""The form that takes a plan: pasted, or as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from throughline.plans.format.things import REASONS

# A plan of some hundred key results; what is larger goes through the command line.
MOST_BYTES = 256 * 1024
TOO_LARGE = (
    f"This is more than the {MOST_BYTES // 1024} KB that the page takes: use throughline plan apply instead."
)


class PlanForm(forms.Form):
    """A plan as text or as a file, and how it is to be applied."""

    use_required_attribute = False

    text = forms.CharField(
        required=False,
        strip=False,
        label="The plan",
        widget=forms.Textarea({"class": "expression", "rows": 14, "spellcheck": "false"}),
    )
    file = forms.FileField(
        required=False, label="Or its file", widget=forms.FileInput({"accept": ".yaml,.yml,text/yaml"})
    )
    prune = forms.BooleanField(required=False, label="Take away what the file leaves out")
    reason = forms.ChoiceField(
        required=False,
        label="Reason of changes in force",
        choices=[("", "As the file says"), *((each, each.capitalize()) for each in REASONS)],
    )
    reason_text = forms.CharField(required=False, max_length=500, label="In your own words")
    # What the person saw when she said yes: a comparison that reads otherwise by now is shown again.
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The plan as bytes under `content`, from the file where there is one."""
        found = self.cleaned_data
        upload = found.get("file")
        content = _read(upload) if isinstance(upload, UploadedFile) else (found.get("text") or "").encode()
        if len(content) > MOST_BYTES:
            self.add_error("file" if upload else "text", TOO_LARGE)
        elif not content.strip():
            self.add_error("text", "Paste a plan, or choose a file.")
        if found.get("reason_text") and not found.get("reason"):
            self.add_error("reason", "Choose the class of the reason, too.")
        if found.get("reason") and not (found.get("reason_text") or "").strip():
            self.add_error("reason_text", "Say in your own words why.")
        return {**found, "content": content, "name": upload.name if upload else "plan.yaml"}


def _read(upload: UploadedFile[bytes]) -> bytes:
    # One byte more, so that what is too large says so.
    return bytes(upload.read(MOST_BYTES + 1))
