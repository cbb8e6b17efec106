"""The form that writes on a chart."""

from __future__ import annotations

from django import forms

from throughline.accounts.forms import SaysNo


class AnnotateForm(SaysNo, forms.Form):
    """What happened, and when; on the chart that it was opened from, or on every one."""

    use_required_attribute = False

    text = forms.CharField(max_length=300, label="What happened")
    start = forms.DateField(label="On, or from", widget=forms.DateInput({"type": "date"}))
    end = forms.DateField(required=False, label="To", widget=forms.DateInput({"type": "date"}))
    everywhere = forms.BooleanField(required=False, label="On every chart")
    subject = forms.CharField(required=False, max_length=2100, widget=forms.HiddenInput)
    # What the chart shows that it was opened from.
    first = forms.DateField(required=False, widget=forms.HiddenInput)
    last = forms.DateField(required=False, widget=forms.HiddenInput)
    next = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
