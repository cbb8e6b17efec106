"""What went wrong with a mail server, as a sentence that names what to set otherwise."""

from __future__ import annotations

import smtplib
import ssl

from django.conf import settings

from throughline.engine.refusals import Refused

SECONDS = 20
# It is about one letter; the next may go.
OF_THE_LETTER = "mail"
# It is about the server: the next letter would fare the same, and many wrong passwords may lock an account.
OF_THE_SERVER = "mail_server"
_FROM_THE_FIRST_BYTE = 465
_SIGN_IN = "THROUGHLINE_SMTP_USER and THROUGHLINE_SMTP_PASSWORD_FILE"
_WANTS_SIGN_IN = 530
# OpenSSL's codes of a certificate for another name, or another address.
_OF_ANOTHER = (62, 64)


def refusal(error: Exception) -> Refused:
    """The sentence, without the address of anybody and without what the server was told."""
    host = settings.EMAIL_HOST
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError):
        # So smtplib calls a server that it waited for in vain.
        error = error.__context__
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _ in error.recipients.values()}
        said = f"{host} takes no mail for this address ({', '.join(str(code) for code in sorted(codes))})."
        # Many that want somebody to sign in say so only by refusing everybody.
        hint = "" if settings.EMAIL_HOST_USER else f" Perhaps it wants a sign-in: set {_SIGN_IN}."
        return Refused(said + hint, code=OF_THE_LETTER)
    if isinstance(error, smtplib.SMTPResponseException) and not _is_of_the_server(error):
        return Refused(f"{host} refused the mail ({error.smtp_code}).", code=OF_THE_LETTER)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Refused(f"{host} broke off the conversation.", code=OF_THE_LETTER)
    return Refused(_of_the_server(error, host), code=OF_THE_SERVER)


def _is_of_the_server(error: smtplib.SMTPResponseException) -> bool:
    at_the_door = (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError)
    return isinstance(error, at_the_door) or error.smtp_code == _WANTS_SIGN_IN


def _of_the_server(error: Exception, host: str) -> str:
    port = f"{host} on port {settings.EMAIL_PORT}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{host} does not take the user name or the password."
    if isinstance(error, smtplib.SMTPResponseException):
        if error.smtp_code == _WANTS_SIGN_IN:
            wanted = "TLS first" if b"starttls" in error.smtp_error.lower() else f"a sign-in: set {_SIGN_IN}"
            return f"{port} wants {wanted} (530)."
        return f"{host} lets nobody in ({error.smtp_code})."
    if isinstance(error, smtplib.SMTPNotSupportedError) and "STARTTLS" in str(error):
        return f"{port} offers no STARTTLS: THROUGHLINE_SMTP_TLS or THROUGHLINE_SMTP_PORT is to be another."
    if isinstance(error, smtplib.SMTPException):
        return f"{port} offers no sign-in that is known here: perhaps only after TLS (THROUGHLINE_SMTP_TLS)."
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message.rstrip(".")
        mend = "THROUGHLINE_SMTP_HOST" if error.verify_code in _OF_ANOTHER else "SSL_CERT_FILE"
        named = "is to be a name in it" if error.verify_code in _OF_ANOTHER else "names whom to trust"
        return f"The certificate of {host} is not trusted ({why}): {mend} {named}."
    if isinstance(error, ssl.SSLError):
        way = " from the first byte: perhaps THROUGHLINE_SMTP_TLS=starttls" if settings.EMAIL_USE_SSL else ""
        return f"{port} does not speak TLS{way}."
    if isinstance(error, TimeoutError):
        is_wrong = settings.EMAIL_PORT == _FROM_THE_FIRST_BYTE and not settings.EMAIL_USE_SSL
        hint = " That port speaks TLS from the first byte: THROUGHLINE_SMTP_TLS=tls." if is_wrong else ""
        return f"{port} did not answer within {SECONDS} seconds.{hint}"
    said = getattr(error, "strerror", None) or "the connection broke"
    return f"{host} cannot be reached: {said}."
