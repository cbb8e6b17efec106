"""Work as the match sees it, the weights of a cycle, what people answer, and plans that were published."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from throughline.jobs.models import Job
from throughline.objectives.models import Cycle, Initiative, KeyResult


class Work(models.Model):
    """What the match has to know of a piece of work: an initiative, or the ownership of a key result."""

    initiative = models.OneToOneField(
        Initiative, null=True, on_delete=models.CASCADE, related_name="staffing"
    )
    key_result = models.OneToOneField(KeyResult, null=True, on_delete=models.CASCADE, related_name="staffing")
    # How large a part of it is of each kind of work: {"tooling": 0.6, "teaching": 0.4}.
    kinds: models.JSONField[Any] = models.JSONField(default=dict)
    # The kinds in which one can grow there; all of its kinds where the list is empty.
    grows: models.JSONField[Any] = models.JSONField(default=list)
    # What it is worth to the business, 0 to 1, and why so much; None while nobody has said.
    value = models.FloatField(null=True)
    value_why = models.CharField(max_length=500, blank=True)
    # What each person on it gives, and by how many it is done.
    weeks = models.FloatField(null=True)
    least = models.PositiveSmallIntegerField(default=1)
    most = models.PositiveSmallIntegerField(default=1)
    # A floor by kind of work, 0 to 1; with a mentor who is below it may join somebody who is not.
    skills: models.JSONField[Any] = models.JSONField(default=dict)
    has_mentor = models.BooleanField(default=False)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="work_is_one_thing",
                condition=models.Q(initiative__isnull=False, key_result__isnull=True)
                | models.Q(initiative__isnull=True, key_result__isnull=False),
            )
        ]

    @property
    def key(self) -> str:
        """Its name in the match, as the plan names things: `initiative:paved-road`, `key_result:7`."""
        if self.initiative is not None:
            return f"initiative:{self.initiative.key}"
        return f"key_result:{self.key_result_id}"


class Tie(models.Model):
    """A person who must do a piece of work, never does it, or goes on with it."""

    class Kind(models.TextChoices):
        MUST = "must", "Must do it"
        NEVER = "never", "Never does it"
        CONTINUES = "continues", "Goes on with it"

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="ties")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ties")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        unique_together = [("work", "person", "kind")]


class Weighing(models.Model):
    """What business value, interest and growth count in a cycle; the newest counts."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="weighings")
    business = models.FloatField()
    interest = models.FloatField()
    growth = models.FloatField()
    beta = models.FloatField()
    phi = models.FloatField()
    continuity = models.FloatField()
    # Shares of all given weeks: [{"objective": "fewer-doors", "at_least": 0.2, "price": 0.5}].
    balance: models.JSONField[Any] = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class Answer(models.Model):
    """What a person says to a suggestion: gladly, or not now and why; the newest counts."""

    class Said(models.TextChoices):
        ACCEPTED = "accepted", "I take it"
        NOT_NOW = "not_now", "Not now"
        TAKEN_BACK = "taken_back", "Taken back"

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="+")
    said = models.CharField(max_length=10, choices=Said.choices)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class Matched(models.Model):
    """The answer to a question of a cycle, kept by the question's fingerprint.

    It is derived from the records and may be forgotten at any time; without an answer it is being worked out.
    The question is not kept: it holds what people answered.
    """

    class What(models.TextChoices):
        MATCH = "match", "The match"
        TRIANGLE = "triangle", "The plan at every mix of the weights"

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="matches")
    what = models.CharField(max_length=10, choices=What.choices, default=What.MATCH)
    fingerprint = models.CharField(max_length=64, unique=True)
    # Whether the cycle's own records ask it, and nothing is tried.
    is_stated = models.BooleanField(default=True)
    # The weights that were asked with, and [[person, work, must or never]] that was tried beside the records.
    weights: models.JSONField[Any] = models.JSONField(default=list)
    ties: models.JSONField[Any] = models.JSONField(default=list)
    answer: models.JSONField[Any] = models.JSONField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class Plan(models.Model):
    """Who does what in a cycle, as it was published; a later one takes its place and leaves it as it is."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="staffing_plans")
    # [{"person": 3, "name": "Ana", "work": "initiative:paved-road", "share": 0.5}]
    document: models.JSONField[Any] = models.JSONField()
    # What each could have had, read in sums only: [{"person": 3, "options": [[b, i, g], …], "chosen": [0]}]
    choices: models.JSONField[Any] = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=160)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["published_at", "id"]
