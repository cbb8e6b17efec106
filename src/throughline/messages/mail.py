"""A letter as e-mail: text and HTML in one, nothing loaded from anywhere, one click to hear no more."""

from __future__ import annotations

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from throughline.engine.refusals import Refused
from throughline.messages.letters import Letter, Part, Words, plain_text, shown
from throughline.messages.mail_troubles import SECONDS, refusal

# Mail programs read no custom properties, and many no style sheet: what matters stands in attributes.
_FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif"
_STYLE = mark_safe(
    "<style>:root{color-scheme:light dark}@media (prefers-color-scheme:dark){"
    ".back{background:#14181f!important}.sheet{background:#1c222b!important}"
    ".ink{color:#e8ebf0!important}.soft{color:#a9b2bf!important}.way{color:#8ab4ff!important}"
    ".rule{border-color:#333c48!important}}</style>"
)


def is_configured() -> bool:
    """Whether the settings name a server that takes mail."""
    return bool(settings.EMAIL_HOST)


def send(letter: Letter, *, to: str, origin: str, handle: str, stop: str) -> None:
    """Hand the letter to the mail server. Raises Refused with a sentence; `stop` is a path that ends these.

    The handle becomes the Message-ID, so that a mail program that gets it twice shows it once.
    """
    if not is_configured():
        raise Refused("No mail server is set: name one in THROUGHLINE_SMTP_HOST.", code="no_mail")
    sender = settings.DEFAULT_FROM_EMAIL
    headers = {
        "Message-ID": f"<{handle}@{parseaddr(sender)[1].partition('@')[2] or 'localhost'}>",
        "Auto-Submitted": "auto-generated",
    }
    if stop:
        # RFC 8058: one POST, without signing in.
        headers["List-Unsubscribe"] = f"<{origin}{stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    text = plain_text(letter, origin=origin) + (f"Hear no more of these: {origin}{stop}\n" if stop else "")
    mail = EmailMultiAlternatives(
        shown(letter.subject), text, sender, [to], headers=headers, connection=get_connection(timeout=SECONDS)
    )
    mail.attach_alternative(page(letter, origin=origin, stop=stop), "text/html")
    try:
        mail.send()
    except (smtplib.SMTPException, OSError) as error:
        raise refusal(error) from error


def page(letter: Letter, *, origin: str, stop: str = "") -> SafeString:
    """The letter as an HTML page that asks for nothing: no image, no style sheet, no script."""
    end = (
        format_html(
            ' <a class="soft" style="color:#5b6573" href="{}{}">Hear no more of these</a>', origin, stop
        )
        if stop
        else ""
    )
    return format_html(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" '
        'content="light dark"><meta name="viewport" content="width=device-width"><title>{}</title>{}</head>'
        '<body class="back" style="margin:0;padding:24px 12px;background:#f3f5f8;{}">'
        '<div class="sheet" style="max-width:600px;margin:0 auto;padding:28px;background:#ffffff;'
        'border-radius:10px">'
        '<p class="soft" style="margin:0 0 14px;font-size:13px;color:#5b6573">Throughline</p>'
        '<h1 class="ink" style="margin:0 0 12px;font-size:20px;line-height:1.3;color:#151a21">{}</h1>'
        '<p class="ink" style="margin:0 0 8px;font-size:15px;line-height:1.5;color:#151a21">{}</p>{}{}'
        '<p class="soft rule" style="margin:28px 0 0;padding-top:14px;border-top:1px solid #e1e5ea;'
        'font-size:12px;line-height:1.5;color:#5b6573">{}{}</p></div></body></html>',
        shown(letter.subject),
        _STYLE,
        _FONT,
        shown(letter.subject),
        _pieces(letter.lead, origin),
        format_html_join("", "{}", ((_part(part, origin),) for part in letter.parts)),
        _button(letter.do, origin) if letter.do else "",
        letter.why,
        end,
    )


def _part(part: Part, origin: str) -> SafeString:
    rows = format_html_join(
        "",
        '<li class="ink rule" style="margin:0;padding:8px 0;border-top:1px solid #e1e5ea;font-size:14px;'
        'line-height:1.45;color:#151a21">{}</li>',
        ((_pieces(each, origin),) for each in part.lines),
    )
    return format_html(
        '<h2 class="soft" style="margin:22px 0 8px;font-size:13px;font-weight:600;color:#5b6573">{}</h2>'
        '<ul style="margin:0;padding:0;list-style:none">{}</ul>',
        shown(part.title),
        rows,
    )


def _pieces(pieces: tuple[Words, ...], origin: str) -> SafeString:
    return format_html_join("", "{}", ((_piece(piece, origin),) for piece in pieces))


def _piece(piece: Words, origin: str) -> SafeString | str:
    # The spaces at its ends part it from the next piece.
    text = shown(f"|{piece.text}|")[1:-1]
    if not piece.address:
        return text
    return format_html('<a class="way" style="color:#1f5fd1" href="{}{}">{}</a>', origin, piece.address, text)


def _button(do: Words, origin: str) -> SafeString:
    return format_html(
        '<p style="margin:24px 0 0"><a href="{}{}" style="display:inline-block;padding:10px 18px;'
        "border-radius:7px;background:#1f5fd1;color:#ffffff;font-size:14px;font-weight:600;"
        'text-decoration:none">{}</a></p>',
        origin,
        do.address,
        shown(do.text),
    )
