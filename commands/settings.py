"""What a person sets, as values; only the front door reads them from the environment."""

import base64
import binascii
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from domain.kit.egress import Egress
from domain.kit.secrets import KEY_BYTES, Vault


class SettingError(Exception):
    """A setting cannot be used as it stands; the message names it and says how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`home` holds the embedded database, the master key and the mails of the demonstration."""

    home: Path
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    listen_fd: int | None = None
    public_url: str | None = None
    master_key: str | None = None
    master_key_file: Path | None = None
    smtp_url: str | None = None
    mail_from: str = "krachtlijn@localhost"
    peppol_url: str | None = None
    peppol_token: str | None = field(default=None, repr=False)
    peppol_secret: str | None = field(default=None, repr=False)
    push_contact: str | None = None
    trusted_origins: tuple[str, ...] = ()
    sms_url: str | None = None
    sms_body: str | None = None
    sms_secret: str | None = None
    sms_price_cents: int = 10
    test_mode: bool = False
    requests_per_minute: int = 1200

    @property
    def mailbox(self) -> Path:
        return self.home / "mail"

    @property
    def peppol_folder(self) -> Path:
        return self.home / "peppol"

    @property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def contact_of(settings: Settings) -> str:
    """Whom a push service can reach about us: an address of a person, or a page."""
    contact = settings.push_contact or f"mailto:{settings.mail_from}"
    if not contact.startswith(("mailto:", "https://")):
        raise SettingError(
            "KRACHTLIJN_PUSH_CONTACT must look like mailto:you@example.org or https://example.org/contact."
        )
    return contact


def egress_of(settings: Settings) -> Egress:
    """Where addresses that others name may lead: to public ones, and to the origins that are named here."""
    for origin in settings.trusted_origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or origin != f"{parts.scheme}://{parts.netloc}" or not parts.port:
            raise SettingError("KRACHTLIJN_TRUSTED_ORIGINS names origins with their port, as http://127.0.0.1:8099.")
    return Egress(frozenset(settings.trusted_origins))


def open_vault(settings: Settings) -> Vault:
    """The master key from the environment or its file; a fresh installation makes the file."""
    if settings.master_key is not None:
        return Vault(_read_key(settings.master_key, "KRACHTLIJN_MASTER_KEY"))
    path = settings.master_key_file or settings.home / "master.key"
    if not path.exists() and settings.master_key_file is None:
        _make_key_file(path)
    try:
        return Vault(_read_key(path.read_text("ascii"), str(path)))
    except OSError as error:
        raise SettingError(f"The master key file {path} cannot be read: {error.strerror}.") from error


def _make_key_file(path: Path) -> None:
    """Write a new key that only we may read; of several processes at once, the first one's counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _read_key(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SettingError(f"{where} is not base64. A master key is 32 random bytes in base64.") from error
    if len(key) != KEY_BYTES:
        raise SettingError(f"{where} holds {len(key)} bytes; a master key is {KEY_BYTES} random bytes in base64.")
    return key
