"""The demonstration: a practice in Ghent with its people, a trajectory, a cheque, an invoice and an open question."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import select

from commands.demo_data import plant
from commands.opening import Opened, opened
from commands.settings import Settings
from domain import checkins, people, practice
from domain.kit.egress import Egress
from domain.kit.ids import PlanId, PracticeId, new_id
from domain.kit.work import OPERATOR, Actor, ActorKind, begin, transaction
from domain.messaging import Channel
from domain.practice import Practice, Role, open_key

NAME = "Praktijk Zuidlicht"
SHOWN = (Role.ADMINISTRATOR, Role.COACH, Role.BILLING)
DOMAIN = "zuidlicht.example"


async def load(settings: Settings, url: str, console: Console) -> None:
    """Plant it where it is not, and write and print where to find it."""
    async with opened(settings, url, pool_size=2) as house:
        await announcer(settings, console)(house)


def announcer(settings: Settings, console: Console) -> Callable[[Opened], Awaitable[None]]:
    """What `serve --demo` does once everything answers."""

    async def told(house: Opened) -> None:
        demo = await prepare(settings, house)
        await asyncio.to_thread(write, settings.home / "demo.json", demo)
        show(demo, settings, console)

    return told


async def prepare(settings: Settings, house: Opened) -> dict[str, Any]:
    practice_id = await _known(house)
    if practice_id is None:
        practice_id = PracticeId(new_id())
        async with begin(house.app, practice_id, OPERATOR) as work:
            await plant(work, NAME, DOMAIN)
    return {
        "api": settings.base_url,
        "docs": f"{settings.base_url}/docs",
        "practice": str(practice_id),
        "keys": await _keys(settings, house, practice_id),
        "phone": f"{settings.base_url}/c/{await _open_question(house, practice_id)}",
        "mailbox": str(settings.mailbox),
        "notifications": await _subscribe(house, practice_id),
    }


async def _known(house: Opened) -> PracticeId | None:
    """The demonstration that was planted before: the one practice whose owner has its address."""
    async with house.sweep.sessions() as session:
        owner = select(practice.Staff.practice_id).where(practice.Staff.email == f"lena@{DOMAIN}")
        return await session.scalar(select(Practice.id).where(Practice.id.in_(owner)).order_by(Practice.id).limit(1))


async def _keys(settings: Settings, house: Opened, practice_id: PracticeId) -> dict[str, str]:
    """The keys of demo.json where they still open, else new ones: a key can be shown only once."""
    remembered = await _still_open(house, read(settings.home / "demo.json").get("keys", {}))
    async with begin(house.app, practice_id, OPERATOR) as work:
        for role in SHOWN:
            if role.value not in remembered:
                member = await practice.find_staff_by_email(work, f"{role.value}@{DOMAIN}")
                if member is not None:
                    _, remembered[role.value] = await practice.create_key(work, member.id, name="the demonstration")
    return remembered


async def _still_open(house: Opened, keys: dict[str, str]) -> dict[str, str]:
    opening: dict[str, str] = {}
    for role, secret in keys.items():
        try:
            async with transaction(house.app.sessions) as session:
                await open_key(session, secret, house.clock())
            opening[role] = secret
        except (practice.KeyUnknown, practice.KeyRevoked, practice.KeyExpired):
            continue
    return opening


async def _open_question(house: Opened, practice_id: PracticeId) -> str:
    """The token of a question that waits for an answer; asked anew when the last one was answered."""
    async with begin(house.app, practice_id, OPERATOR) as work:
        query = select(checkins.Plan.id).where(checkins.Plan.practice_id == practice_id).order_by(checkins.Plan.id)
        plan_id: PlanId = (await work.session.scalars(query.limit(1))).one()
        check_in = await checkins.ask_now(work, plan_id, open_for_days=400)
        return work.vault.token("check_in", str(check_in.id))


async def _subscribe(house: Opened, practice_id: PracticeId) -> str | None:
    """Its coachee has a phone at our own push service, a new one each time that one starts; the address of it."""
    if house.pushes is None:
        return None
    async with begin(house.app, practice_id, OPERATOR) as work:
        plans = select(checkins.Plan.coachee_id).where(checkins.Plan.practice_id == practice_id)
        coachee_id = (await work.session.scalars(plans.order_by(checkins.Plan.id).limit(1))).one()
    async with begin(house.app, practice_id, Actor(ActorKind.COACHEE, coachee_id)) as work:
        key = (await people.push_key(work)).key
        browser = house.pushes.subscribe(key)
        egress = Egress(frozenset({house.pushes.origin}))
        await people.forget_subscriptions(work, coachee_id)
        await people.switch_push_on(
            work, coachee_id, address=browser.endpoint, receiver=browser.receiver, key=key, egress=egress
        )
        await people.try_channel(work, coachee_id, Channel.PUSH)  # seen on the console within a second
    return browser.endpoint


def read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def write(path: Path, demo: dict[str, Any]) -> None:
    """For our own eyes: it holds keys. Whole or not at all, for scripts wait for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(demo, file, indent=2)
    draft.replace(path)


def show(demo: dict[str, Any], settings: Settings, console: Console) -> None:
    """In plain lines, so that keys and links can be copied whole."""
    console.print(f"[bold]{NAME}[/]")
    rows = {"API": demo["api"], "documentation": demo["docs"], "on the phone": demo["phone"]}
    rows |= {f"key of the {role}": secret for role, secret in demo["keys"].items()}
    rows |= {"mails": demo["mailbox"], "all of this": str(settings.home / "demo.json")}
    for what, where in rows.items():
        console.print(f"  {what:<26}{where}", soft_wrap=True, highlight=False)
    console.print("Ctrl-C stops everything. In another terminal: .venv/bin/krachtlijn story", highlight=False)
