"""Her own reports in a real browser: read by everybody, in daylight and in the dark, under a strict policy."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from domain import people
from domain.checkins import (
    CheckIn,
    CheckInState,
    Dimension,
    Free,
    Kind,
    Layer,
    Locus,
    Obstacle,
    Sharing,
    Source,
    Success,
)
from domain.kit.ids import CheckInId, new_id
from domain.kit.secrets import digest
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from tests.browser.axe import complaints
from tests.phone import make
from tests.phone.test_sign_in import address_of, asked
from tests.progress import make as progress

pytestmark = pytest.mark.anyio
STATES = (
    CheckInState.ANSWERED,
    CheckInState.ANSWERED,
    CheckInState.EXPIRED,
    CheckInState.DECLINED,
    CheckInState.FAILED,
)
TOLD = (
    Success(text="Rust in de vergadering", strength=4, dimension=Dimension.FEELING, dimension_text="Rust en moed"),
    Obstacle(happened=True, locus=Locus.INTERNAL, layer=Layer.BELIEFS, sentence="Geen moed", wished="Moed en rust"),
    Free(text="De vergadering was zwaar", valence=2),
)
FOLDER = os.environ.get("KRACHTLIJN_SCREENSHOTS")


async def history(house, cast, planted, days=60):
    """Two months of check-ins: some answered sooner, some later, some not at all, a few of her own."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for more in range(0, days, 2):
            was, state = house.clock() - timedelta(days=days - more), STATES[(more // 2) % len(STATES)]
            own = more % 5 == 0
            seen = state in {CheckInState.ANSWERED, CheckInState.EXPIRED, CheckInState.DECLINED}
            begun = was + timedelta(minutes=5 + more) if state is CheckInState.ANSWERED else None
            check_in_id = CheckInId(new_id())
            work.session.add(
                CheckIn(
                    practice_id=work.practice_id,
                    id=check_in_id,
                    plan_id=planted.plan_id,
                    coachee_id=planted.coachee_id,
                    kind=list(Kind)[(more // 2) % len(Kind)],
                    source=Source.SELF_INITIATED if own else Source.PROMPTED,
                    state=state,
                    local_day=was.date(),
                    slot=-1 if own else 1,
                    wall_time=was.time(),
                    zone="Europe/Brussels",
                    due_at=was,
                    expires_at=was + timedelta(hours=8),
                    token_digest=digest(str(check_in_id)),
                    sent_at=was if seen and not own else None,
                    opened_at=begun,
                    started_at=begun,
                    answered_at=begun and begun + timedelta(seconds=20 + more),
                    closed_at=None if begun else was + timedelta(hours=8),
                )
            )


async def signed_in(page, house, cast, language=Language.NL):
    planted = await make.plant(house, cast)
    await history(house, cast, planted)
    for reply in TOLD:
        await progress.told(house, cast, planted, reply, sharing=Sharing.PRIVATE)
    await page.goto("/me/sign-in")
    await page.locator("#email").fill(await address_of(house, cast, planted))
    await page.locator("button.save").tap()
    await page.locator("#code").wait_for()
    await page.locator("#code").fill((await asked(house, cast))[1])
    await page.locator("button.save").tap()
    await page.locator("nav").wait_for()
    async with begin(house, cast.practice_id, OPERATOR) as work:
        (await people.get_coachee(work, planted.coachee_id)).language = language
    return planted


@pytest.mark.parametrize(
    "language", [Language.DE, *(pytest.param(one, marks=pytest.mark.soak) for one in list(Language)[:-1])]
)
async def test_axe_finds_nothing_on_how_it_goes_and_the_policy_stops_nothing(page, house, cast, language):
    said = []
    page.on("console", lambda message: said.append(message.text))
    await signed_in(page, house, cast, language)
    await page.goto("/me/progress")
    for one in await page.locator("summary").all():
        await one.evaluate("element => element.parentElement.open = true")
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        assert await complaints(page) == []
        paper = await page.locator("svg.plot rect.p-paper").first.evaluate("one => getComputedStyle(one).fill")
        assert paper == ("rgb(255, 253, 248)" if theme == "light" else "rgb(26, 35, 32)")
        if FOLDER:
            await page.screenshot(path=Path(FOLDER) / f"{language}-progress-{theme}.png", full_page=True)
    assert [one for one in said if "Content Security" in one or "style" in one] == []
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360


async def test_a_picture_by_itself_follows_the_theme_under_its_own_policy(page, house, cast):
    said = []
    page.on("console", lambda message: said.append(message.text))
    await signed_in(page, house, cast)
    await page.emulate_media(color_scheme="dark")
    await page.goto("/v1/me/reports/plots/balance.svg")
    paper = await page.evaluate("getComputedStyle(document.querySelector('rect.p-paper')).fill")
    assert paper == "rgb(26, 35, 32)"
    assert said == []
