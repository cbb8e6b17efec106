"""What managers write for a report, and reports as they stood when their quarter closed."""

from __future__ import annotations

from typing import Any

from django.db import models

from throughline.objectives.models import Cycle

LONGEST = 700


class Words(models.Model):
    """One of the three texts of a cycle's report, as a manager wrote it."""

    class Part(models.TextChoices):
        NARRATIVE = "narrative", "What happened"
        LEARNT = "learnt", "What we learnt"
        NEXT = "next", "What comes next"

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="report_words")
    part = models.CharField(max_length=10, choices=Part.choices)
    text = models.CharField(max_length=LONGEST)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        unique_together = [("cycle", "part")]


class Frozen(models.Model):
    """The report of a cycle as it was closed: a copy that never changes, with its hash."""

    cycle = models.OneToOneField(Cycle, on_delete=models.PROTECT, related_name="frozen_report")
    at = models.DateTimeField()
    author = models.CharField(max_length=160)
    content: models.JSONField[Any] = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
