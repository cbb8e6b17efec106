"""Addresses of workshops."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.workshops import doing_pages, leading_pages, pages, turning_pages

urlpatterns: list[URLPattern] = [
    path("boards/", pages.boards, name="boards"),
    path("boards.json", pages.boards_json, name="boards-json"),
    path("boards.csv", pages.boards_csv, name="boards-csv"),
    path("cycles/<slug:key>/boards/new", leading_pages.new, name="board-new"),
    path("boards/<int:id>/", pages.board, name="board"),
    path("boards/<int:id>/parts/<slug:part>/", pages.part, name="board-part"),
    path("boards/<int:id>.json", pages.board_json, name="board-json"),
    path("boards/<int:id>.csv", pages.board_csv, name="board-csv"),
    path("boards/<int:id>.md", pages.board_md, name="board-md"),
    path("boards/<int:id>/ballots.csv", pages.ballots_csv, name="board-ballots"),
    path("boards/<int:id>/pairwise.csv", pages.pairwise_csv, name="board-pairwise"),
    path("boards/<int:id>/join/", doing_pages.join, name="board-join"),
    path("boards/<int:id>/here/", doing_pages.here, name="board-here"),
    path("boards/<int:id>/ready/", doing_pages.ready, name="board-ready"),
    path("boards/<int:id>/notes/", doing_pages.write, name="board-write"),
    path("boards/<int:id>/notes/<slug:handle>/", doing_pages.change, name="board-note"),
    path("boards/<int:id>/sort/", doing_pages.sort, name="board-sort"),
    path("boards/<int:id>/rank/", doing_pages.rank, name="board-rank"),
    path("boards/<int:id>/reveal/", leading_pages.reveal, name="board-reveal"),
    path("boards/<int:id>/vote/", leading_pages.vote, name="board-vote"),
    path("boards/<int:id>/sort-again/", leading_pages.sort_again, name="board-sort-again"),
    path("boards/<int:id>/count/", leading_pages.count, name="board-count"),
    path("boards/<int:id>/timer/", leading_pages.timer, name="board-timer"),
    path("boards/<int:id>/hand-over/", leading_pages.hand_over, name="board-hand-over"),
    path("boards/<int:id>/close/", leading_pages.close, name="board-close"),
    path("boards/<int:id>/clear/", leading_pages.clear, name="board-clear"),
    path("boards/<int:id>/priority/", turning_pages.prioritise, name="board-priority"),
    path("clusters/<int:id>/turn/", turning_pages.turn, name="cluster-turn"),
]
