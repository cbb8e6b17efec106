"""One person's training: a run through a question set, and each answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Run(models.Model):
    """One going through a question set."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="training_runs"
    )
    question_set = models.SlugField(max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "-id"]


class Answer(models.Model):
    """A chance that a statement is true, or a 90 % range for a quantity; given once."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="answers")
    question = models.SlugField(max_length=80)
    probability = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        unique_together = [("run", "question")]
