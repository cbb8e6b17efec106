"""Forms about people: what is asked, and in which words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from throughline.accounts.models import Role, Team
from throughline.accounts.scopes import SCOPES
from throughline.engine.refusals import Refused


class SaysNo:
    """A form that shows a refusal beside the field which its code names."""

    fields: dict[str, forms.Field]

    def refuse(self, refused: Refused) -> None:
        field = refused.code if refused.code in self.fields else None
        self.add_error(field, refused.message)  # type: ignore[attr-defined]


class SignIn(SaysNo, forms.Form):
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class Details(SaysNo, forms.Form):
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    current = forms.CharField(
        label="Your password",
        required=False,
        help_text="Needed to change the e-mail address.",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # The form beside it on the page asks for the password too.
        self.auto_id = "details_%s"


class Theme(forms.Form):
    """Kept in a cookie of this browser, where the switch in the page's head keeps it too."""

    theme = forms.ChoiceField(
        label="Light or dark",
        choices=[("", "As the system says"), ("light", "Light"), ("dark", "Dark")],
        required=False,
    )


class Password(SaysNo, forms.Form):
    current = forms.CharField(
        label="Current password",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label="New password",
        help_text="At least 12 characters.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class Standing(SaysNo, forms.Form):
    """What somebody may do and see."""

    role = forms.ChoiceField(choices=Role.choices)
    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(),
        required=False,
        to_field_name="name",
        widget=forms.CheckboxSelectMultiple,
        help_text="A person sees the vulnerabilities of their teams.",
    )
    sees_all_teams = forms.BooleanField(
        label="Sees every team", required=False, help_text="Managers and administrators do anyway."
    )

    def standing(self) -> dict[str, Any]:
        data = self.cleaned_data
        teams = [team.name for team in data["teams"]]
        return {"role": data["role"], "teams": teams, "sees_all_teams": data["sees_all_teams"]}


class Invitation(Standing):
    name = forms.CharField(max_length=120)
    email = forms.EmailField(label="E-mail")
    by_mail = forms.BooleanField(label="Send the link by e-mail", required=False)
    field_order = ["name", "email"]


class Person(Standing):
    is_active = forms.BooleanField(label="May sign in", required=False)


class NewTeam(SaysNo, forms.Form):
    name = forms.CharField(label="Team", max_length=120)


class NewToken(forms.Form):
    """What a token is for, what it may do and how long; only what its owner may is offered."""

    name = forms.CharField(label="What it is for", max_length=80)
    scopes = forms.MultipleChoiceField(label="It may", widget=forms.CheckboxSelectMultiple)
    days = forms.CharField(
        label="Days until it ends",
        max_length=4,
        initial="90",
        help_text="365 at most.",
        widget=forms.TextInput({"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, scopes: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        choices: Any = self.fields["scopes"]
        choices.choices = [(name, f"{SCOPES[name].says[:-1]} ({name})") for name in scopes]
