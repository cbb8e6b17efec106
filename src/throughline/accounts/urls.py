"""Addresses about people and signing in."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.accounts import pages, people, token_pages

urlpatterns: list[URLPattern] = [
    path("sign-in/", pages.sign_in_page, name="sign-in"),
    path("sign-in/<str:token>/", pages.sign_in_link, name="sign-in-link"),
    path("sign-out/", pages.sign_out, name="sign-out"),
    path("account/", pages.account, name="account"),
    path("account/password/", pages.account_password, name="account-password"),
    path("account/theme/", pages.account_theme, name="account-theme"),
    path("account/tokens/", token_pages.tokens_page, name="tokens"),
    path("account/tokens.json", token_pages.tokens_json, name="tokens-json"),
    path("account/tokens/<int:id>/revoke/", token_pages.token_revoke, name="token-revoke"),
    path("people/", people.people, name="people"),
    path("people.json", people.people_json, name="people-json"),
    path("people.csv", people.people_csv, name="people-csv"),
    path("people/invite/", people.invite, name="people-invite"),
    path("people/<int:id>/", people.person, name="person"),
    path("people/<int:id>/link/", people.person_link, name="person-link"),
    path("teams/add/", people.add_team, name="team-add"),
]
