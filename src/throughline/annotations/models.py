"""Annotations: a day or a range, a text, and the charts that it stands on."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Annotation(models.Model):
    """What somebody says of a day or a range; what was removed is kept, and can be put back."""

    text = models.CharField(max_length=300)
    start = models.DateField()
    # The last day, which counts whole; null where it is one day.
    end = models.DateField(null=True)
    # `metric:time_to_remediate`, `series:build_minutes`, `key_result:12`; empty on every chart.
    subject = models.CharField(max_length=2100, blank=True)
    author = models.CharField(max_length=160)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["start", "id"]

    def __str__(self) -> str:
        return self.text
