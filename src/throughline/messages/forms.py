"""Forms about messages: what one hears, channels, webhooks."""

from __future__ import annotations

from typing import Any

from django import forms

from throughline.accounts.models import Team
from throughline.engine.refusals import Refused
from throughline.messages import clocks
from throughline.messages.actions import Wish
from throughline.messages.events import EVENTS
from throughline.messages.models import Channel, Preference, Service, Subscription, Weekday
from throughline.messages.setting import ChannelWish, WebhookWish
from throughline.messages.stopping import KINDS

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
CHATS = [(each.value, each.label) for each in (Service.SLACK, Service.TEAMS)]
KINDS_SAID = {
    "digest": "The week: how the quarter goes, and what needs me",
    "reminder": "Check-ins of mine that are due, once a week each",
    "room": "Forecast rooms that ask for my number",
    "off_track": "Key results of mine that go off track; as a manager, all",
}
KNOWN = "An address is kept, sealed. Paste another one to replace it."


class _Refusing(forms.Form):
    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)


class _Timed(_Refusing):
    weekday = forms.TypedChoiceField(label="Day", choices=Weekday.choices, coerce=int, initial=0)
    hour = forms.TypedChoiceField(label="Hour", choices=HOURS, coerce=int, initial=8)
    zone = forms.ChoiceField(label="Time zone", initial="UTC")

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["zone"].choices = [(zone, zone) for zone in clocks.zones()]  # type: ignore[attr-defined]

    @property
    def time(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("weekday", "hour", "zone")}


def _address(label: str) -> forms.CharField:
    # As good as a password, so no browser fills it in or remembers it.
    control = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    missing = {"required": "Paste the address that it is sent to."}
    return forms.CharField(label=label, max_length=2000, widget=control, error_messages=missing)


def _known(field: forms.Field, host: str = "") -> None:
    """Let an address stay as it is where one is kept."""
    field.required = False
    field.help_text = f"At {host}. {KNOWN}" if host else KNOWN


class PreferenceForm(_Timed):
    """What one person wants to hear."""

    kinds = forms.MultipleChoiceField(
        label="What you hear",
        choices=list(KINDS_SAID.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    service = forms.ChoiceField(label="How", choices=Service.choices)
    address = _address("Address of your own incoming webhook")
    field_order = ["kinds", "service", "address", "weekday", "hour", "zone"]

    @classmethod
    def of(cls, wish: Preference | None, data: Any = None) -> PreferenceForm:
        """The form as it stands."""
        initial: dict[str, Any] = {}
        if wish is not None:
            initial = {name: getattr(wish, name) for name in ("service", "weekday", "hour", "zone")}
            initial["kinds"] = [kind for kind in KINDS if getattr(wish, kind)]
        form = cls(data, initial=initial)
        form.fields["address"].required = False
        if wish is not None and wish.address_id:
            _known(form.fields["address"])
        return form

    @property
    def wish(self) -> Wish:
        """What was chosen, once the form is valid."""
        said = self.cleaned_data
        kinds = frozenset(said["kinds"])
        return Wish(kinds=kinds, service=said["service"], address=said["address"], **self.time)


class _Named(_Refusing):
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Give it a name."})
    team = forms.ModelChoiceField(
        Team.objects.all(), label="Team", required=False, empty_label="No team", to_field_name="name"
    )


class ChannelForm(_Timed, _Named):
    """A chat channel."""

    service = forms.ChoiceField(label="Where", choices=CHATS)
    address = _address("Address of its incoming webhook")
    digest = forms.BooleanField(label="The week", required=False, initial=True)
    off_track = forms.BooleanField(label="Key results that go off track", required=False, initial=True)
    field_order = ["name", "service", "address", "team", "digest", "off_track", "weekday", "hour", "zone"]

    @classmethod
    def of(cls, channel: Channel | None, data: Any = None) -> ChannelForm:
        """The form as it stands."""
        names = ("name", "service", "digest", "off_track", "weekday", "hour", "zone")
        initial = {name: getattr(channel, name) for name in names} if channel else {}
        if channel and channel.team:
            initial["team"] = channel.team.name
        form = cls(data, initial=initial)
        if channel:
            _known(form.fields["address"], channel.host)
        return form

    @property
    def wish(self) -> ChannelWish:
        """What was written, once the form is valid."""
        names = ("name", "service", "address", "team", "digest", "off_track")
        return ChannelWish(**{name: self.cleaned_data[name] for name in names}, **self.time)


class WebhookForm(_Named):
    """Another tool that hears of events."""

    address = _address("Address")
    events = forms.MultipleChoiceField(
        label="Events", choices=list(EVENTS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ["name", "address", "events", "team"]

    @classmethod
    def of(cls, found: Subscription | None, data: Any = None) -> WebhookForm:
        """The form as it stands."""
        initial: dict[str, Any] = {}
        if found:
            initial = {"name": found.name, "events": found.events, "team": found.team and found.team.name}
        form = cls(data, initial=initial)
        if found:
            _known(form.fields["address"], found.host)
        return form

    @property
    def wish(self) -> WebhookWish:
        """What was written, once the form is valid."""
        said = self.cleaned_data
        chosen = tuple(said["events"])
        return WebhookWish(name=said["name"], address=said["address"], events=chosen, team=said["team"])
