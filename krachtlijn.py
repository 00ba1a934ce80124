#!/usr/bin/env python3
"""The front door: the `krachtlijn` command, and the only module that reads the environment."""
# click's decorators are typed in part only
# pyright: reportUnknownMemberType=false

import asyncio
import gc
import json
import logging
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import rich_click as click
from rich.console import Console

from commands.embedded import EmbeddedError
from commands.migrations import SchemaBehind
from commands.settings import SettingError, Settings
from domain.kit.errors import DomainError
from domain.kit.installation import OtherMasterKey

HERE = Path(__file__).parent
ENVIRONMENT = """\
Environment: DATABASE_URL (a PostgreSQL server; without it an embedded one is used), KRACHTLIJN_HOME (data directory,
by default .krachtlijn beside the program), HOST and PORT, KRACHTLIJN_URL (the address where people reach it),
KRACHTLIJN_MASTER_KEY or KRACHTLIJN_MASTER_KEY_FILE (32 random bytes in base64), KRACHTLIJN_SMTP_URL
(smtp+starttls://user:password@host:587; without it mails become files), KRACHTLIJN_MAIL_FROM,
KRACHTLIJN_PEPPOL_URL
(https://access-point.example.org/v1, or file:///folder; without it e-invoices become files), KRACHTLIJN_PEPPOL_TOKEN,
KRACHTLIJN_PEPPOL_SECRET (what the access point signs its news with, sent to /peppol/callbacks),
KRACHTLIJN_PUSH_CONTACT (mailto:you@example.org, whom push services can reach; by default the address that mails come
from), KRACHTLIJN_TRUSTED_ORIGINS (such as http://127.0.0.1:8099: a push service of your own to test with, which may be
on this machine), KRACHTLIJN_SMS_URL (a gateway that takes a POST; without it text messages become files),
KRACHTLIJN_SMS_BODY (its JSON, with {number}, {text} and {reference}), KRACHTLIJN_SMS_SECRET (shown to the gateway, and
by it, as a bearer: answers go to /sms/inbound), KRACHTLIJN_SMS_PRICE_CENTS (what one costs),
KRACHTLIJN_RATE_LIMIT (requests a minute and key), KRACHTLIJN_TEST_MODE=1 (a clock that can be moved).
"""
click.rich_click.TEXT_MARKUP = "rich"
console = Console(stderr=True)


@contextmanager
def loading() -> Generator[None]:
    """Import what a command needs without looking for garbage, of which there is none: that saves a quarter of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def settings() -> Settings:
    """What the environment says."""
    env = os.environ
    key_file = env.get("KRACHTLIJN_MASTER_KEY_FILE")
    try:
        port, limit = int(env.get("PORT", "8000")), int(env.get("KRACHTLIJN_RATE_LIMIT", "1200"))
        price = int(env.get("KRACHTLIJN_SMS_PRICE_CENTS", "10"))
    except ValueError as error:
        raise SettingError("PORT, KRACHTLIJN_RATE_LIMIT and KRACHTLIJN_SMS_PRICE_CENTS are whole numbers.") from error
    return Settings(
        home=Path(env.get("KRACHTLIJN_HOME") or HERE / ".krachtlijn").absolute(),
        database_url=env.get("DATABASE_URL") or None,
        host=env.get("HOST", "127.0.0.1"),
        port=port,
        listen_fd=int(env["KRACHTLIJN_LISTEN_FD"]) if "KRACHTLIJN_LISTEN_FD" in env else None,
        public_url=env.get("KRACHTLIJN_URL") or None,
        master_key=env.get("KRACHTLIJN_MASTER_KEY") or None,
        master_key_file=Path(key_file) if key_file else None,
        smtp_url=env.get("KRACHTLIJN_SMTP_URL") or None,
        mail_from=env.get("KRACHTLIJN_MAIL_FROM", "krachtlijn@localhost"),
        peppol_url=env.get("KRACHTLIJN_PEPPOL_URL") or None,
        peppol_token=env.get("KRACHTLIJN_PEPPOL_TOKEN") or None,
        peppol_secret=env.get("KRACHTLIJN_PEPPOL_SECRET") or None,
        push_contact=env.get("KRACHTLIJN_PUSH_CONTACT") or None,
        sms_url=env.get("KRACHTLIJN_SMS_URL") or None,
        sms_body=env.get("KRACHTLIJN_SMS_BODY") or None,
        sms_secret=env.get("KRACHTLIJN_SMS_SECRET") or None,
        sms_price_cents=price,
        trusted_origins=tuple(env.get("KRACHTLIJN_TRUSTED_ORIGINS", "").split()),
        test_mode=env.get("KRACHTLIJN_TEST_MODE", "") == "1",
        requests_per_minute=limit,
    )


@click.group(epilog=ENVIRONMENT, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("0.1.0", prog_name="krachtlijn")
def krachtlijn() -> None:
    """Practice management for strength-based coaching: trajectories, check-ins, career cheques, invoices."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for chatty in ("uvicorn", "apscheduler", "alembic", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


@krachtlijn.command()
@click.option("--demo", is_flag=True, help="Load the demonstration practice and let its clock be moved.")
def serve(*, demo: bool) -> None:
    """Serve the API and run the scheduler, in one process.

    Starts the embedded database where DATABASE_URL names none, and migrates. Ctrl-C or SIGTERM stops all of it.
    """
    with loading():
        from commands import demo as demonstration, serving
        from commands.opening import Opened
    chosen = replace(settings(), test_mode=True) if demo else settings()
    told = demonstration.announcer(chosen, console) if demo else serving.announcer(chosen, console)
    with console.status("Starting…") as status:

        async def ready(house: Opened) -> None:
            await told(house)
            status.stop()

        serving.serve(chosen, api=True, scheduler=True, migrate=True, told=ready)


@krachtlijn.command()
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that answer.")
def api(workers: int) -> None:
    """Serve the API alone; run as many as you like on one database.

    The schema must be up to date (`krachtlijn migrate`), and a `krachtlijn scheduler` must run somewhere.
    """
    chosen = settings()
    if workers == 1:
        with loading():
            from commands import serving
        serving.serve(chosen, api=True, scheduler=False, migrate=False, told=serving.announcer(chosen, console))
    else:
        from commands.opening import database  # this process answers nothing itself
        from commands.workers import serve_with_workers

        with database(chosen) as url:
            command = [sys.executable, str(HERE / "krachtlijn.py"), "api"]
            serve_with_workers(chosen, workers, command, {**os.environ, "DATABASE_URL": url}, console)


@krachtlijn.command()
def scheduler() -> None:
    """Run the scheduler alone: check-ins, deadlines, mails. Run two for safety; they do nothing twice."""
    with loading():
        from commands import serving
    serving.serve(settings(), api=False, scheduler=True, migrate=False)


@krachtlijn.command()
@click.option("--revision", metavar="MESSAGE", help="Draft a new migration from the models instead.")
def migrate(revision: str | None) -> None:
    """Bring the database's schema up to this release. Safe to run twice, and from several machines at once."""
    with loading():
        from commands import migrations
        from commands.opening import database
    with database(settings()) as url, console.status("Migrating…"):
        if revision:
            migrations.draft_revision(url, revision)
        else:
            migrations.migrate(url)
    console.print("The schema is up to date.")


@krachtlijn.command()
def demo() -> None:
    """Load the demonstration practice, and print the keys and links to try it.

    Running it again loads nothing twice. The addresses stand in demo.json in the home directory too.
    """
    with loading():
        from commands import demo as demonstration, migrations
        from commands.opening import database
    chosen = replace(settings(), test_mode=True)
    with database(chosen) as url, console.status("Migrating, and loading the demonstration…"):
        migrations.migrate(url)
        asyncio.run(demonstration.load(chosen, url, console))


@krachtlijn.command()
@click.option("--url", help="The server to talk to; by default the one in demo.json.")
@click.option("--key", help="An administrator's key; by default the one in demo.json.")
@click.option("--pace", default=0.0, show_default=True, help="Seconds to wait between steps, for an audience.")
def story(url: str | None, key: str | None, pace: float) -> None:
    """Live through a client's year over HTTP, as an integrator would, on a running server in test mode.

    Prints each step with what it saw, and stops at the first thing that is not as it should be.
    """
    with loading():
        from commands.story import tell
    sys.exit(tell(settings().home, url=url, key=key, pace=pace))


@krachtlijn.command()
@click.option("--write", is_flag=True, help="Write openapi/openapi.json and openapi/problems.md instead of printing.")
def openapi(*, write: bool) -> None:
    """Print the OpenAPI 3.1 document."""
    with loading():
        from api.publishing import published, write_all

    if write:
        write_all(HERE / "openapi")
    else:
        click.echo(json.dumps(published(), indent=2, ensure_ascii=False))


@krachtlijn.group()
def practice() -> None:
    """Open a practice on this installation."""


@practice.command("create")
@click.argument("name")
@click.option("--owner-name", required=True, help="The owner's name.")
@click.option("--owner-email", required=True, help="The owner's e-mail address.")
@click.option("--zone", default="Europe/Brussels", show_default=True, help="IANA time zone.")
@click.option("--language", default="nl", show_default=True, type=click.Choice(["nl", "fr", "en", "de"]))
def practice_create(name: str, owner_name: str, owner_email: str, zone: str, language: str) -> None:
    """Found a practice with its owner, and print her first key. The key is shown this once."""
    with loading():
        from commands import keys
        from commands.opening import database
    with database(settings()) as url:
        asyncio.run(keys.found(settings(), url, console, name, owner_name, owner_email, zone, language))


@krachtlijn.group()
def key() -> None:
    """Make, list and revoke API keys."""


@key.command("create")
@click.option("--practice", "practice_name", help="The practice's name or id; not needed where there is one.")
@click.option("--staff", required=True, help="The e-mail address of the member of staff.")
@click.option("--name", default="made at the console", show_default=True, help="What the key is for.")
@click.option("--scope", "scopes", multiple=True, help="A scope such as trajectories:read; all of the role's without.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The first day on which it no longer opens.")
def key_create(
    practice_name: str | None, staff: str, name: str, scopes: tuple[str, ...], expires: datetime | None
) -> None:
    """Make a key for a member of staff. It is shown this once."""
    with loading():
        from commands import keys
        from commands.opening import database
    until = expires.replace(tzinfo=UTC) if expires else None
    with database(settings()) as url:
        asyncio.run(keys.create(settings(), url, console, practice_name, staff, name, scopes, until))


@key.command("list")
@click.option("--practice", "practice_name", help="The practice's name or id; not needed where there is one.")
def key_list(practice_name: str | None) -> None:
    """List a practice's keys: whose, since when, last used. Never the keys themselves."""
    with loading():
        from commands import keys
        from commands.opening import database
    with database(settings()) as url:
        asyncio.run(keys.show(settings(), url, practice_name))


@key.command("revoke")
@click.option("--practice", "practice_name", help="The practice's name or id; not needed where there is one.")
@click.argument("prefix")
def key_revoke(practice_name: str | None, prefix: str) -> None:
    """Revoke the key that begins with PREFIX, such as krl_a1b2c3d4. It opens nothing from the next request on."""
    with loading():
        from commands import keys
        from commands.opening import database
    with database(settings()) as url:
        asyncio.run(keys.revoke(settings(), url, console, practice_name, prefix))


DAY = click.DateTime(["%Y-%m-%d"])
FOLDER = click.Path(file_okay=False, path_type=Path)


@krachtlijn.command("rotate-push-key")
def rotate_push_key() -> None:
    """Make a new key for web push. Phones go on under the old one until their page is opened next."""
    with loading():
        from commands import keys
        from commands.opening import database
    with database(settings()) as url:
        asyncio.run(keys.rotate_push(settings(), url, console))


@krachtlijn.command("export-invoices")
@click.option("--practice", "practice_name", help="The practice's name or id; not needed where there is one.")
@click.option("--from", "first", required=True, type=DAY, help="The first day of issue, such as 2026-01-01.")
@click.option("--to", "last", required=True, type=DAY, help="The last day of issue, itself included.")
@click.option("--ubl", type=FOLDER, help="Write the e-invoices into this folder.")
@click.option("--pdf", type=FOLDER, help="Write the PDFs into this folder.")
@click.option("--csv", type=click.Path(dir_okay=False, path_type=Path), help="Write one row a document and VAT rate.")
def export_invoices(
    practice_name: str | None, first: datetime, last: datetime, ubl: Path | None, pdf: Path | None, csv: Path | None
) -> None:
    """Write the invoices and credit notes of a period to files, for the accountant.

    Files are those that were archived at the issue, byte for byte. Running it again writes only what is missing; a file
    is written whole or not at all.
    """
    with loading():
        from commands import exporting
        from commands.opening import database
        from domain.kit.calendar import Period
    period, places = Period(first.date(), last.date()), exporting.Places(ubl=ubl, pdf=pdf, csv=csv)
    with database(settings()) as url:
        asyncio.run(exporting.export(settings(), url, console, practice_name, period, places))


@krachtlijn.command("access-point")
@click.option("--port", default=8099, show_default=True, type=click.IntRange(1, 65535), help="Where it answers.")
@click.option("--token", help="What a caller must show; nothing without it.")
def access_point(port: int, token: str | None) -> None:
    """Run a fake Peppol access point on this machine, to try sending without sending.

    Set KRACHTLIJN_PEPPOL_URL to http://127.0.0.1:PORT. A receiver whose number ends in 90 is not on Peppol, in 91
    rejects, and any other takes it in. It forgets everything when it stops.
    """
    with loading():
        import uvicorn

        from commands.peppol.fake import FakeAccessPoint
    console.print(f"A fake access point answers at http://127.0.0.1:{port}; Ctrl-C stops it.")
    uvicorn.run(FakeAccessPoint(token), host="127.0.0.1", port=port, log_level="warning", lifespan="off")


@krachtlijn.command()
def doctor() -> None:
    """Examine the installation: what is configured, what is reachable, what is late. Exits with 1 where it ails."""
    with loading():
        from commands import doctor as examination
    sys.exit(asyncio.run(examination.examine(settings(), Console())))


def main() -> None:
    """Run the command; what a person can mend is one line, not a stack of them."""
    try:
        krachtlijn()
    except (SettingError, EmbeddedError, SchemaBehind, OtherMasterKey, DomainError) as error:
        console.print(f"[bold red]{type(error).__name__}[/]: {str(error) or error.__doc__}", soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
