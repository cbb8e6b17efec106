"""Dashboards, their tiles, and the links that show one without an account."""

from __future__ import annotations

from django.conf import settings
from django.db import models

# The dashboards that everybody has: their key is their address, and their tiles follow what there is.
READY = {"monday": "Monday", "team": "The team's slice", "director": "For a director"}


class Dashboard(models.Model):
    """A saved list of addresses. One that is ready-made has a `ready` key, no owner and no stored tiles."""

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", "Everybody who signs in"
        OWNER = "owner", "Only me"

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="dashboards"
    )
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)
    ready = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    # Kept for a while, so that removing can be taken back.
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Tile(models.Model):
    """One address on a dashboard; what it shows is worked out anew for whoever looks."""

    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="tiles")
    position = models.PositiveSmallIntegerField()
    # Columns of three.
    width = models.PositiveSmallIntegerField(default=1)
    address = models.CharField(max_length=2000)
    title = models.CharField(max_length=160, blank=True)
    annotation = models.TextField(max_length=2000, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]


class SharedLink(models.Model):
    """A link that shows a dashboard to whoever has it. Only the hash of its token is kept."""

    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    # Whoever opens the link sees what this person may see then, and nothing once she may not share.
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=120, blank=True)
    # Whose slice was shared, where the dashboard is the team's.
    team = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-made_at", "-id"]
