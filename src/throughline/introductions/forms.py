"""The form by which a person says when a flaw came in."""

from __future__ import annotations

from django import forms

from throughline.accounts.forms import SaysNo

# The record's page holds other forms.
AUTO_ID = "introduced_%s"


class IntroducedForm(SaysNo, forms.Form):
    """The day, how sure it is, and how the person knows."""

    use_required_attribute = False

    day = forms.DateField(label="Introduced on", widget=forms.DateInput({"type": "date"}))
    earliest = forms.DateField(required=False, label="Not before", widget=forms.DateInput({"type": "date"}))
    latest = forms.DateField(required=False, label="Not after", widget=forms.DateInput({"type": "date"}))
    why = forms.CharField(required=False, max_length=80, label="How you know")
