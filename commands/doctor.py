"""The doctor: what is configured, what is reachable, what is late."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta

from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from commands.embedded import EmbeddedError
from commands.migrations import SchemaBehind, current_revision, wanted_revision
from commands.opening import Opened, database, opened
from commands.outside import open_access_point, open_mailer
from commands.settings import SettingError, Settings, contact_of
from domain.kit.database import connect
from domain.kit.installation import OtherMasterKey, heartbeats
from domain.kit.work import system_clock
from domain.messaging import Language, MailerUnreachable, fits, render_text
from domain.peppol import AccessPointUnreachable

SILENT = timedelta(minutes=2)
LATE_MINUTES = 5
TOKEN_LENGTH = 27
OLDEST_POSTGRESQL = 150000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `ails` where somebody should act."""

    what: str
    found: str
    ails: bool = False


async def examine(settings: Settings, console: Console) -> int:
    """Print what was found; 1 where something ails, else 0."""
    table = Table("", "what", "found", title="Krachtlijn")
    ailing = False
    async for finding in _findings(settings):
        ailing = ailing or finding.ails
        table.add_row("[red]✗[/]" if finding.ails else "[green]✓[/]", finding.what, finding.found)
    console.print(table)
    return 1 if ailing else 0


async def _findings(settings: Settings) -> AsyncGenerator[Finding]:
    yield Finding("data directory", str(settings.home))
    yield Finding("public address", settings.base_url)
    if settings.test_mode:
        yield Finding("test mode", "on: the clock can be moved; never do this in production")
    yield await _mail(settings)
    yield await _peppol(settings)
    try:
        for finding in _channels(settings):
            yield finding
        with database(settings) as url:
            yield await _server(url)
            yield await _schema(url)
            async with opened(settings, url, pool_size=2) as house:
                yield Finding("master key", "opens what this database holds")
                for finding in await _at_work(house):
                    yield finding
    except OtherMasterKey:
        yield Finding("master key", OtherMasterKey.__doc__ or "", ails=True)
    except SchemaBehind:
        yield Finding("the rest", "cannot be looked at before `krachtlijn migrate`", ails=True)
    except (SettingError, EmbeddedError) as error:
        yield Finding("settings", str(error), ails=True)
    except (SQLAlchemyError, OSError) as error:
        yield Finding("database", f"not reachable: {type(error).__name__}: {error}"[:300], ails=True)


async def _mail(settings: Settings) -> Finding:
    if settings.smtp_url is None:
        return Finding("mail", f"no server is set (KRACHTLIJN_SMTP_URL): mails become files in {settings.mailbox}")
    try:
        await open_mailer(settings).check()
    except (MailerUnreachable, SettingError) as error:
        return Finding("mail", f"the server does not answer; mails wait in the outbox ({error})", ails=True)
    return Finding("mail", "the server answers")


async def _peppol(settings: Settings) -> Finding:
    if settings.peppol_url is None:
        where = "the fake one of the demonstration" if settings.test_mode else f"files in {settings.peppol_folder}"
        return Finding("Peppol", f"no access point is set (KRACHTLIJN_PEPPOL_URL): e-invoices go to {where}")
    try:
        await open_access_point(settings).check()
    except (AccessPointUnreachable, SettingError) as error:
        return Finding("Peppol", f"the access point does not take our documents; they wait ({error})", ails=True)
    return Finding("Peppol", "the access point answers")


def _channels(settings: Settings) -> list[Finding]:
    """Push and text messages: whom push services can reach, and whether a text message holds a whole link."""
    contact, dry = contact_of(settings), settings.sms_url is None
    nobody = contact.endswith("@localhost")
    advice = " (KRACHTLIJN_PUSH_CONTACT: some push services take nothing from nobody)" if nobody else ""
    found = [Finding("push contact", contact + advice, ails=nobody and settings.smtp_url is not None)]
    if settings.trusted_origins:
        found.append(Finding("trusted origins", " ".join(settings.trusted_origins)))
    link = f"{settings.base_url}/c/{'x' * TOKEN_LENGTH}"
    texts = [
        render_text(kind, language, link=link) for kind in ("check_in", "check_in_reminder") for language in Language
    ]
    too_long = any(not fits(text) for text in texts)
    found.append(Finding("text messages", "a dry run: they become files" if dry else "by the gateway that is set"))
    if too_long:
        found.append(Finding("text messages", "a link does not fit into one: shorten KRACHTLIJN_URL", ails=not dry))
    return found


async def _server(url: str) -> Finding:
    engine = connect(url, role=None, pool_size=1)
    async with engine.connect() as connection:
        name = await connection.scalar(text("SHOW server_version"))
        number = int(await connection.scalar(text("SHOW server_version_num")) or 0)
    await engine.dispose()
    return Finding("PostgreSQL", f"{name}", ails=number < OLDEST_POSTGRESQL)


async def _schema(url: str) -> Finding:
    engine = connect(url, role=None, pool_size=1)
    found = await current_revision(engine)
    await engine.dispose()
    current = found == wanted_revision()
    return Finding("schema", "up to date" if current else f"at {found}: run `krachtlijn migrate`", ails=not current)


async def _at_work(house: Opened) -> list[Finding]:
    async with house.sweep.sessions() as session:
        return [*await _sweeps(session), *await _queues(session, house)]


async def _sweeps(session: AsyncSession) -> list[Finding]:
    beats = await heartbeats(session)
    if not beats:
        return [Finding("scheduler", "never ran here; start `krachtlijn scheduler`", ails=True)]
    findings: list[Finding] = []
    for beat in beats:
        silent = system_clock() - beat.beaten_at
        told = f"ran {silent.total_seconds():.0f} s ago" + (f"; last error {beat.last_error}" if beat.failed else "")
        findings.append(Finding(f"sweep: {beat.sweep}", told, ails=silent > SILENT or beat.failed > 0))
    return findings


QUEUES = {
    "mails waiting": "SELECT count(*) FROM messages WHERE state = 'queued' AND due_at <= :now",
    "mails late": "SELECT count(*) FROM messages WHERE state = 'queued' AND due_at < :late",
    "mails given up": "SELECT count(*) FROM messages WHERE state = 'parked'",
    "e-invoices rejected or given up": "SELECT count(*) FROM peppol_dispatches WHERE state IN ('rejected', 'failed')",
    "work that ended its process": "SELECT count(*) FROM tries WHERE begun > 1",
    "phones notified": "SELECT count(*) FROM push_subscriptions",
    "phones that refused": "SELECT count(*) FROM push_subscriptions WHERE refusals > 0",
    "check-ins late": "SELECT count(*) FROM check_ins WHERE state = 'planned' AND due_at < :late",
    "check-ins set aside": ("SELECT count(*) FROM check_ins WHERE state = 'failed' AND due_at > :week"),
}
NO_AILMENT = {"mails waiting", "phones notified", "phones that refused"}


async def _queues(session: AsyncSession, house: Opened) -> list[Finding]:
    now = house.clock()
    moments = {"now": now, "late": now - timedelta(minutes=LATE_MINUTES), "week": now - timedelta(days=7)}
    findings: list[Finding] = []
    for what, statement in QUEUES.items():
        used = {name: moment for name, moment in moments.items() if f":{name}" in statement}
        count = await session.scalar(text(statement), used)
        findings.append(Finding(what, str(count), ails=bool(count) and what not in NO_AILMENT))
    return findings
