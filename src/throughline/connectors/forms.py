"""What the pages of connectors ask: drawn from what a kind declares."""

from __future__ import annotations

from typing import Any

from django import forms

from throughline.accounts.forms import SaysNo
from throughline.connectors.actions import Wish
from throughline.connectors.models import Connector, Schedule
from throughline.connectors.shape import Field, Kind

KNOWN = "It is kept sealed, and shown to nobody. Leave it empty to keep it."


class ConnectorForm(SaysNo, forms.Form):
    """Name, schedule, the settings of a kind, and its secrets."""

    name = forms.CharField(max_length=120, help_text="How pages and commands call it.")

    def __init__(self, kind: Kind, connector: Connector | None, data: Any = None) -> None:
        self.kind = kind
        stands = connector.settings if connector else {}
        initial: dict[str, Any] = {"name": connector.name if connector else kind.title, "schedule": "by hand"}
        if connector:
            initial["schedule"] = connector.schedule
        super().__init__(data, initial=initial)
        for each in kind.settings:
            self.fields[each.name] = _drawn(each, stands.get(each.name, each.default))
        for secret in kind.secrets:
            # Autofill would put a person's own password in.
            widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            help_text = KNOWN if connector else secret.help
            required = secret.is_required and connector is None
            self.fields[secret.name] = forms.CharField(
                label=secret.label, required=required, widget=widget, help_text=help_text
            )
        self.fields["schedule"] = forms.ChoiceField(choices=Schedule.choices, label="How often")

    @property
    def wish(self) -> Wish:
        """What was written, once the form is valid."""
        said = self.cleaned_data
        return Wish(
            name=said["name"],
            schedule=said["schedule"],
            settings={each.name: said[each.name] for each in self.kind.settings},
            secrets={each.name: said[each.name] for each in self.kind.secrets if said[each.name]},
        )


def _drawn(field: Field, value: Any) -> forms.Field:
    about: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": field.is_required}
    if field.reads == "switch":
        return forms.BooleanField(**about | {"required": False, "initial": bool(value)})
    if field.reads == "choice":
        return forms.ChoiceField(choices=field.choices, **about | {"initial": value})
    text = ", ".join(value) if isinstance(value, list) else value
    if field.reads == "number":
        return forms.IntegerField(**about | {"initial": text if text != "" else None})
    widget = forms.Textarea(attrs={"rows": 3, "class": "mono"}) if field.reads == "long" else None
    return forms.CharField(**about | {"initial": text, "widget": widget})
