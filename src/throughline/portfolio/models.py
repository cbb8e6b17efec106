"""Candidates for the quarter, what each would move, and the rules under which some are chosen."""

from __future__ import annotations

from typing import Any

from django.db import models

from throughline.jobs.models import Job
from throughline.objectives.models import Cycle, Goal, Initiative, KeyResult, Objective
from throughline.workshops.models import Cluster


class Candidate(models.Model):
    """Work that might be done: ranges of effort, duration and cost of delay, each a 90 % range."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="candidates")
    title = models.CharField(max_length=240)
    narrative = models.TextField(blank=True, max_length=2000)
    # Where it came from, and what became of it.
    cluster = models.ForeignKey(Cluster, null=True, on_delete=models.SET_NULL, related_name="candidates")
    initiative = models.OneToOneField(
        Initiative, null=True, on_delete=models.SET_NULL, related_name="candidate"
    )
    objective = models.ForeignKey(Objective, null=True, on_delete=models.SET_NULL, related_name="candidates")
    goal = models.ForeignKey(Goal, null=True, on_delete=models.SET_NULL, related_name="candidates")
    # Person-weeks, weeks, and the organisation's currency a week.
    effort_low = models.FloatField(null=True)
    effort_high = models.FloatField(null=True)
    duration_low = models.FloatField(null=True)
    duration_high = models.FloatField(null=True)
    delay_low = models.FloatField(null=True)
    delay_high = models.FloatField(null=True)
    delay_profile = models.CharField(
        max_length=10, choices=Initiative.DelayProfile.choices, default=Initiative.DelayProfile.CONSTANT
    )
    # A deadline: the day up to which nothing is lost; decaying: the part that each week costs less.
    deadline = models.DateField(null=True)
    delay_fades = models.FloatField(null=True)
    # How many it reaches, for RICE.
    reach_low = models.FloatField(null=True)
    reach_high = models.FloatField(null=True)
    confidence = models.FloatField(default=0.8)
    # Shares of its effort by kind: {"perceived_risk": 0.5}.
    kinds: models.JSONField[Any] = models.JSONField(default=dict)
    must = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    author = models.CharField(max_length=160)
    dropped_at = models.DateTimeField(null=True)
    dropped_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class Impact(models.Model):
    """How far a candidate is expected to move a key result, signed, in its unit, as a 90 % range."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="impacts")
    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="impacts")
    low = models.FloatField()
    high = models.FloatField()

    class Meta:
        ordering = ["id"]
        unique_together = [("candidate", "key_result")]


class Rules(models.Model):
    """What the team can do in a cycle, and which balance it wants; the newest counts."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="portfolio_rules")
    # Person-weeks before what company goals claim.
    capacity = models.FloatField()
    # The balance rules in the words of `throughline portfolio`.
    balance: models.JSONField[Any] = models.JSONField(default=list)
    # What cannot be without, or beside, another: [{"kind": "requires", "candidate": 3, "other": 7}].
    relations: models.JSONField[Any] = models.JSONField(default=list)
    # What each objective is worth, by its key; 1 where nothing is said.
    weights: models.JSONField[Any] = models.JSONField(default=dict)
    # What one more person would bring.
    person_weeks = models.FloatField(default=10.0)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class Worked(models.Model):
    """The whole answer to a question of a cycle, kept by the question's fingerprint.

    It is derived from the records and may be forgotten at any time; without an answer it is being worked out.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="worked_portfolios")
    fingerprint = models.CharField(max_length=64, unique=True)
    # Whether the cycle's own rules ask it, and no what-if.
    is_stated = models.BooleanField()
    question = models.TextField()
    answer: models.JSONField[Any] = models.JSONField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "id"]
