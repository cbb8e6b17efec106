"""Addresses of cycles, of what is published of them, and of what is said about them."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.cycles import pages, published_pages, review_pages, talk_pages

urlpatterns: list[URLPattern] = [
    path("cycles/", pages.cycles, name="cycles"),
    path("cycles.json", pages.cycles_json, name="cycles-json"),
    path("cycles/new", pages.new, name="cycle-new"),
    path("cycles/<slug:key>/", pages.cycle, name="cycle"),
    path("cycles/<slug:key>.json", pages.cycle_json, name="cycle-json"),
    path("cycles/<slug:key>/edit", pages.edit, name="cycle-edit"),
    path("cycles/<slug:key>/discard", pages.discard, name="cycle-discard"),
    path("cycles/<slug:key>/gate/", pages.gate, name="cycle-gate"),
    path("cycles/<slug:key>/propose", pages.propose, name="cycle-propose"),
    path("cycles/<slug:key>/set", pages.set_cycle, name="cycle-set"),
    path("cycles/<slug:key>/reopen", pages.reopen, name="cycle-reopen"),
    path("cycles/<slug:key>/close", pages.close, name="cycle-close"),
    path("cycles/<slug:key>/published/", published_pages.published, name="cycle-published"),
    path("cycles/<slug:key>/published/<int:number>/", published_pages.published, name="cycle-snapshot"),
    path(
        "cycles/<slug:key>/published/<int:number>.json",
        published_pages.snapshot_json,
        name="cycle-snapshot-json",
    ),
    path("cycles/<slug:key>/compare/", published_pages.compare, name="cycle-compare"),
    path("cycles/<slug:key>/comments", talk_pages.comment, name="cycle-comment"),
    path("comments/<int:id>/resolve", talk_pages.resolve, name="comment-resolve"),
    path("counterparts/<int:id>/answer", talk_pages.answer, name="counterpart-answer"),
    path("key-results/<int:id>/review/", review_pages.review, name="key-result-review"),
    path("objectives/<slug:key>/review", review_pages.review_objective, name="objective-review"),
]
