"""What is published of a cycle, and what people say about it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from throughline.objectives.models import Cycle


class Snapshot(models.Model):
    """The cycle as it was proposed, set or closed: a copy that never changes, with its hash."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="snapshots")
    state = models.CharField(max_length=10, choices=Cycle.State.choices)
    at = models.DateTimeField()
    author = models.CharField(max_length=160)
    content: models.JSONField[Any] = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]


class Comment(models.Model):
    """What somebody says about a cycle or a part of it; `of` names the part, such as `key_result:12`."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="comments")
    of = models.CharField(max_length=40, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=160)
    text = models.TextField(max_length=5000)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["at", "id"]


class Answer(models.Model):
    """A reviewer's answer to what no machine can decide: rules D29 to D32, and an end value of D34.

    It is about a key result, or about an objective.
    """

    key_result = models.ForeignKey(
        "objectives.KeyResult", null=True, on_delete=models.CASCADE, related_name="answers"
    )
    objective = models.ForeignKey(
        "objectives.Objective", null=True, on_delete=models.CASCADE, related_name="answers"
    )
    rule = models.CharField(max_length=4)
    # For the two-person test the made-up end value that was shown; else empty.
    subject = models.CharField(max_length=40, blank=True)
    answer = models.CharField(max_length=10)
    note = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
