"""Addresses of messages: one's own, channels, webhooks, the outbox."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.messages import outbox_pages, pages, setting_pages

urlpatterns: list[URLPattern] = [
    path("account/messages/", pages.chosen, name="my-messages"),
    path("account/messages/now", pages.send_now, name="my-messages-now"),
    path("account/messages/<slug:kind>/", pages.preview_page, name="my-messages-preview"),
    path("messages/stop/<str:token>/", pages.stop, name="messages-stop"),
    path("channels/", setting_pages.channels, name="channels"),
    path("channels/<int:id>/", setting_pages.channel, name="channel"),
    path("channels/<int:id>/trial", setting_pages.channel_trial, name="channel-trial"),
    path("channels/<int:id>/remove", setting_pages.channel_remove, name="channel-remove"),
    path("webhooks/", setting_pages.webhooks, name="webhooks"),
    path("webhooks/<int:id>/", setting_pages.webhook, name="webhook"),
    path("webhooks/<int:id>.json", setting_pages.webhook_json, name="webhook-json"),
    path("webhooks/<int:id>.csv", setting_pages.webhook_csv, name="webhook-csv"),
    path("webhooks/<int:id>/trial", setting_pages.webhook_trial, name="webhook-trial"),
    path("webhooks/<int:id>/key", setting_pages.webhook_key, name="webhook-key"),
    path("webhooks/<int:id>/switch", setting_pages.webhook_switch, name="webhook-switch"),
    path("webhooks/<int:id>/remove", setting_pages.webhook_remove, name="webhook-remove"),
    path("deliveries/<int:id>/again", setting_pages.delivery_again, name="delivery-again"),
    path("administration/messages/", outbox_pages.outbox, name="outbox"),
    path("administration/messages.json", outbox_pages.outbox_json, name="outbox-json"),
    path("administration/messages.csv", outbox_pages.outbox_csv, name="outbox-csv"),
    path("administration/messages/trial", outbox_pages.trial, name="outbox-trial"),
    path("administration/messages/<int:id>/again", outbox_pages.again, name="outbox-again"),
]
