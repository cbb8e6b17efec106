"""The stages of a cycle, what other teams plan, and what a company goal claims of the team's weeks."""

from __future__ import annotations

from django.db import models

from throughline.objectives.models import Cycle, Goal, Objective


class Stage(models.Model):
    """A stage of a cycle that was begun, finished or skipped; one without a row has not been looked at."""

    class Key(models.TextChoices):
        POST_MORTEM = "post-mortem", "Post-mortem"
        RISKS = "risks", "Risk assessment"
        INSPIRATION = "inspiration", "Inspiration"
        BRAINSTORM = "brainstorm", "Brainstorm"
        CLUSTER = "cluster", "Cluster"
        VOTE = "vote", "Vote"
        OTHER_TEAMS = "other-teams", "Other teams"
        GOALS = "goals", "Company goals"
        PRIORITISE = "prioritise", "Prioritise"
        DOCUMENT = "document", "Document"
        PUBLISH = "publish", "Publish"
        ASSIGN = "assign", "Assign"
        EXECUTE = "execute", "Execute"
        GRADE = "grade", "Grade"

    class State(models.TextChoices):
        OPEN = "open", "Under way"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Skipped"

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="stages")
    key = models.CharField(max_length=16, choices=Key.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    # Why it was skipped, or opened again.
    reason = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        unique_together = [("cycle", "key")]


class OtherObjective(models.Model):
    """What another team wants to reach in the cycle, as heard or imported; a bridge joins it to ours."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="other_objectives")
    team_name = models.CharField(max_length=120)
    title = models.CharField(max_length=240)
    text = models.TextField(blank=True, max_length=10_000)
    source = models.CharField(max_length=2000, blank=True)
    bridges = models.ManyToManyField(Objective, related_name="bridged")
    author = models.CharField(max_length=160)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["team_name", "id"]


class Claim(models.Model):
    """Person-weeks that a company goal takes of the team in a cycle, before anything is chosen."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="claims")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="claims")
    weeks = models.FloatField()
    note = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        unique_together = [("cycle", "goal")]
