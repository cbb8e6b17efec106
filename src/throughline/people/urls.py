"""Addresses about oneself and the team."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.people import ladder_pages, looking_back, pages, team_pages

urlpatterns: list[URLPattern] = [
    path("me/work/", pages.my_work, name="my-work"),
    path("me/work.json", pages.my_work_json, name="my-work-json"),
    path("me/work.csv", pages.my_work_csv, name="my-work-csv"),
    path("me/work/first/", pages.first, name="my-work-first"),
    path("me/work/interests", pages.interests, name="my-interests"),
    path("me/work/skills", pages.skills, name="my-skills"),
    path("me/work/goals", pages.add_goal, name="my-goals"),
    path("me/work/goals/<int:id>/end", pages.end_goal, name="my-goal-end"),
    path("me/work/goals/<int:id>/confirm", pages.confirm_goal, name="my-goal-confirm"),
    path("me/work/visibility", pages.visibility, name="my-visibility"),
    path("me/work/sharing", pages.sharing, name="my-sharing"),
    path("me/work/weeks/<slug:key>", pages.weeks, name="my-weeks"),
    path("initiatives/<slug:key>/look-back/", looking_back.look_back, name="look-back"),
    path("team/work/", team_pages.team, name="team-work"),
    path("team/work.json", team_pages.team_json, name="team-work-json"),
    path("team/work.csv", team_pages.team_csv, name="team-work-csv"),
    path("team/work/<int:id>/weeks/<slug:key>", team_pages.member_weeks, name="member-weeks"),
    path("ladder/", ladder_pages.ladder, name="ladder"),
    path("ladder.json", ladder_pages.ladder_json, name="ladder-json"),
    path("ladder.csv", ladder_pages.ladder_csv, name="ladder-csv"),
    path("ladder.yaml", ladder_pages.ladder_yaml, name="ladder-yaml"),
    path("ladder/retire", ladder_pages.retire, name="ladder-retire"),
    path("ladder/restore", ladder_pages.restore, name="ladder-restore"),
    path("work-kinds/", team_pages.work_kinds, name="work-kinds"),
    path("work-kinds/<slug:key>/", team_pages.change_kind, name="work-kind"),
    path("work-kinds/<slug:key>/retire", team_pages.retire_kind, name="work-kind-retire"),
]
