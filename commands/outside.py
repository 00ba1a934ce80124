"""What the settings name outside: the mail server, the gateway of text messages, the access point."""

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from commands.peppol.fake import FakeAccessPoint
from commands.peppol.rest import RestAccessPoint
from commands.settings import SettingError, Settings
from domain.kit.egress import Egress
from domain.messaging import SMS_BODY, Courier, FileMailer, FileTexter, GatewayTexter, Mailer, SmtpMailer, Texter
from domain.peppol import AccessPoint, FolderAccessPoint


def open_texter(settings: Settings, courier: Courier) -> Texter:
    """A gateway where KRACHTLIJN_SMS_URL names one, else a dry run: files in the home directory."""
    if settings.sms_url is None:
        return FileTexter(settings.home / "sms")
    if urlsplit(settings.sms_url).scheme not in {"http", "https"}:
        raise SettingError("KRACHTLIJN_SMS_URL must look like https://gateway.example.org/messages.")
    body = settings.sms_body or SMS_BODY
    try:
        json.loads(body)
    except ValueError as error:
        raise SettingError("KRACHTLIJN_SMS_BODY is JSON with {number} and {text} within quotes.") from error
    if "{number}" not in body or "{text}" not in body:
        raise SettingError("KRACHTLIJN_SMS_BODY needs {number} and {text}.")
    return GatewayTexter(courier=courier, url=settings.sms_url, body=body, secret=settings.sms_secret)


def gateway_egress(settings: Settings) -> Egress:
    """The operator named the gateway, so it may be anywhere, and nothing else may be reached on its way."""
    parts = urlsplit(settings.sms_url or "")
    return Egress(frozenset({f"{parts.scheme}://{parts.netloc}"}))


def open_mailer(settings: Settings) -> Mailer:
    """SMTP where KRACHTLIJN_SMTP_URL names a server, else files in the home directory."""
    if settings.smtp_url is None:
        return FileMailer(settings.mailbox)
    parts = urlsplit(settings.smtp_url)
    ways = {"smtp": "none", "smtp+starttls": "starttls", "smtps": "implicit"}
    if parts.scheme not in ways or not parts.hostname:
        raise SettingError(
            "KRACHTLIJN_SMTP_URL must look like smtp+starttls://user:password@mail.example.org:587 "
            "(or smtp:// without encryption, smtps:// with TLS from the start)."
        )
    tls = ways[parts.scheme]
    return SmtpMailer(
        host=parts.hostname,
        port=parts.port or {"none": 25, "starttls": 587, "implicit": 465}[tls],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
    )


LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def open_access_point(settings: Settings) -> AccessPoint:
    """The one over HTTP where KRACHTLIJN_PEPPOL_URL names it, else a folder; the demonstration has its fake one."""
    if settings.peppol_url is None:
        if settings.test_mode:
            return RestAccessPoint("http://access-point", None, httpx.ASGITransport(FakeAccessPoint()))
        return FolderAccessPoint(settings.peppol_folder)
    parts = urlsplit(settings.peppol_url)
    if parts.scheme == "file" and not parts.netloc and parts.path:
        return FolderAccessPoint(Path(unquote(parts.path)))
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise SettingError(
            "KRACHTLIJN_PEPPOL_URL must look like https://access-point.example.org/v1 (http:// on this machine alone), "
            "or file:///folder for documents that another program takes on."
        )
    return RestAccessPoint(settings.peppol_url.rstrip("/"), settings.peppol_token)
