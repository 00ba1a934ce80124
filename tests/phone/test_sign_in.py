"""A coachee comes into her own area: by a mail with a link and a code, and by nothing else."""

import re

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select, text

from api.app import create_app
from api.options import Options
from domain import messaging
from domain.kit.work import OPERATOR, begin
from domain.messaging import Message
from domain.people import CoacheeSession, SignIn
from tests.phone.make import plant

pytestmark = pytest.mark.anyio
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def address_of(house, cast, planted):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        query = text("SELECT email FROM coachees WHERE id = :id")
        return await work.session.scalar(query, {"id": planted.coachee_id})


async def asked(house, cast):
    """The latest sign-in, with its token and code as the mail tells them."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        found = (await work.session.scalars(select(SignIn).order_by(SignIn.id.desc()).limit(1))).one_or_none()
        if found is None:
            return None
        return work.vault.token("sign_in", str(found.id)), work.vault.code("sign_in", str(found.id))


async def sessions(house, cast):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return list((await work.session.scalars(select(CoacheeSession))).all())


def another_browser(client):
    return AsyncClient(transport=client._transport, base_url="http://test")


async def sign_in(house, cast, client):
    planted = await plant(house, cast)
    await client.post("/me/sign-in", data={"email": await address_of(house, cast, planted)})
    _, code = await asked(house, cast)
    entered = await client.post("/me/code", data={"code": code})
    assert (entered.status_code, entered.headers["location"]) == (303, "/me")
    return planted


def proof_of(page):
    return re.search(r'name="proof" value="([0-9a-f]{40})"', page.text)[1]


async def test_she_comes_in_by_the_code_in_her_mail(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    home = await anonymous.get("/me")
    assert home.status_code == 200
    assert "Dag Amir" in home.text


async def test_the_mail_has_the_link_and_the_code_and_neither_is_stored(house, cast, anonymous):
    planted = await plant(house, cast)
    await anonymous.post("/me/sign-in", data={"email": (await address_of(house, cast, planted)).upper()})
    token, code = await asked(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [mail] = (await work.session.scalars(select(Message).where(Message.kind == "sign_in"))).all()
        assert code not in str(mail.facts)
        assert token not in str(mail.facts)
        words = messaging.render(
            "sign_in", mail.language, mail.facts | {"code": code}, practice_name="x", link=f"http://test/me/in/{token}"
        )
    assert code in words.text
    assert words.sender == "Krachtlijn"


async def test_she_comes_in_by_the_link_in_the_browser_that_asked(house, cast, anonymous):
    planted = await plant(house, cast)
    await anonymous.post("/me/sign-in", data={"email": await address_of(house, cast, planted)})
    token, _ = await asked(house, cast)
    shown = await anonymous.get(f"/me/in/{token}")
    assert 'name="code"' not in shown.text
    entered = await anonymous.post(f"/me/in/{token}", headers=FORM, content=b"")
    assert entered.headers["location"] == "/me"
    again = await anonymous.post(f"/me/in/{token}", headers=FORM, content=b"")
    assert again.status_code == 410


async def test_a_scanner_that_opens_links_and_presses_buttons_gets_nothing_and_spends_nothing(house, cast, anonymous):
    planted = await plant(house, cast)
    await anonymous.post("/me/sign-in", data={"email": await address_of(house, cast, planted)})
    token, _ = await asked(house, cast)
    scanner = another_browser(anonymous)
    for method in ("HEAD", "GET", "OPTIONS"):
        await scanner.request(method, f"/me/in/{token}")
    pressed = await scanner.post(f"/me/in/{token}", headers=FORM, content=b"")
    assert pressed.status_code == 422
    assert "set-cookie" not in pressed.headers
    assert await sessions(house, cast) == []
    entered = await anonymous.post(f"/me/in/{token}", headers=FORM, content=b"")
    assert entered.status_code == 303


async def test_another_browser_needs_the_code_as_well(house, cast, anonymous):
    planted = await plant(house, cast)
    await anonymous.post("/me/sign-in", data={"email": await address_of(house, cast, planted)})
    token, code = await asked(house, cast)
    other = another_browser(anonymous)
    assert 'name="code"' in (await other.get(f"/me/in/{token}")).text
    entered = await other.post(f"/me/in/{token}", data={"code": f" {code[:3]} {code[3:]}"})
    assert entered.status_code == 303


async def test_nobody_learns_whether_an_address_is_known(house, cast, anonymous):
    planted = await plant(house, cast)
    known = await anonymous.post("/me/sign-in", data={"email": await address_of(house, cast, planted)})
    unknown = await anonymous.post("/me/sign-in", data={"email": "nobody@example.org"})
    assert known.text == unknown.text
    assert known.status_code == unknown.status_code
    names = [[cookie.split("=")[0] for cookie in one.headers.get_list("set-cookie")] for one in (known, unknown)]
    assert names[0] == names[1] == ["asked"]


async def test_guessing_the_code_ends_after_five_tries(house, cast, anonymous):
    planted = await plant(house, cast)
    await anonymous.post("/me/sign-in", data={"email": await address_of(house, cast, planted)})
    _, code = await asked(house, cast)
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        assert (await anonymous.post("/me/code", data={"code": wrong})).status_code == 422
    late = await anonymous.post("/me/code", data={"code": code})
    assert late.status_code == 422
    assert await sessions(house, cast) == []


async def test_a_code_is_over_after_ten_minutes_and_a_link_after_fifteen(house, cast, clock, anonymous):
    planted = await plant(house, cast)
    await anonymous.post("/me/sign-in", data={"email": await address_of(house, cast, planted)})
    token, code = await asked(house, cast)
    clock.move(minutes=11)
    assert (await anonymous.post("/me/code", data={"code": code})).status_code == 422
    clock.move(minutes=5)
    assert (await anonymous.get(f"/me/in/{token}")).status_code == 410
    assert (await anonymous.post(f"/me/in/{token}", headers=FORM, content=b"")).status_code == 410
    assert (await anonymous.get("/me/in/" + "x" * 27)).status_code == 404


async def test_a_mailbox_is_not_filled(house, cast, anonymous):
    planted = await plant(house, cast)
    for _ in range(5):
        await anonymous.post("/me/sign-in", data={"email": await address_of(house, cast, planted)})
    async with begin(house, cast.practice_id, OPERATOR) as work:
        mails = (await work.session.scalars(select(Message).where(Message.kind == "sign_in"))).all()
    assert len(mails) == 3


async def test_looking_sets_no_cookie_and_signs_nobody_in(anonymous):
    for page in ("/me", "/me/sign-in", "/me/code", "/me/help"):
        answer = await anonymous.get(page)
        assert "set-cookie" not in answer.headers
    assert (await anonymous.get("/me")).headers["location"] == "/me/sign-in"


async def test_the_cookie_is_kept_from_scripts_and_other_sites(house, cast, clock):
    options = Options(base_url="https://example.org", requests_per_minute=1_000)
    async with AsyncClient(
        transport=ASGITransport(create_app(house, options)), base_url="https://example.org"
    ) as client:
        await sign_in(house, cast, client)
        await client.get("/me")
        [cookie] = [one for one in client.cookies.jar if one.name == "__Host-me"]
        assert cookie.secure
        assert cookie.path == "/"
        assert {name.lower() for name in cookie._rest} >= {"httponly", "samesite"}


async def test_a_session_changes_its_secret_every_day_and_the_old_one_dies(house, cast, clock, anonymous):
    await sign_in(house, cast, anonymous)
    old = anonymous.cookies["me"]
    clock.move(days=2)
    headers = {"Content-Type": "application/json"}
    assert (await anonymous.post("/v1/me/check-ins", json={"kind": "free"})).status_code == 200
    assert anonymous.cookies["me"] != old
    stolen = another_browser(anonymous)
    stolen.cookies.set("me", old)
    assert (await stolen.get("/v1/me")).status_code == 200, "two requests may have left at the same time"
    clock.move(minutes=3)
    refused = await stolen.get("/v1/me", headers=headers)
    assert refused.status_code == 401
    assert refused.json()["type"] == "/problems/not-signed-in"
    assert (await anonymous.get("/v1/me")).status_code == 200


async def test_signing_out_everywhere_ends_every_session(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    other = another_browser(anonymous)
    await other.post("/me/sign-in", data={"email": await address_of(house, cast, planted)})
    _, code = await asked(house, cast)
    await other.post("/me/code", data={"code": code})
    home = await anonymous.get("/me")
    await anonymous.post("/me/sign-out", data={"proof": proof_of(home), "where": "everywhere"})
    for client in (anonymous, other):
        assert (await client.get("/me")).headers["location"] == "/me/sign-in"


async def test_a_form_of_another_site_does_nothing(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    for page, data in (
        ("/me/sign-out", {"where": "here"}),
        ("/me/plan", {"choice": "stop"}),
        ("/me/begin", {"kind": "free"}),
    ):
        assert (await anonymous.post(page, data=data)).status_code == 403
    crossed = await anonymous.post("/v1/me/check-ins", json={"kind": "free"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert crossed.status_code == 403
    assert crossed.json()["type"] == "/problems/form-not-ours"
    plain = await anonymous.post("/v1/me/check-ins", content='{"kind": "free"}', headers={"Content-Type": "text/plain"})
    assert plain.status_code == 415
    assert (await anonymous.get("/me")).status_code == 200


async def test_an_address_that_the_practice_changed_lets_nobody_in_for_a_day(house, cast, anonymous, lena, clock):
    planted = await plant(house, cast)
    before, path = await address_of(house, cast, planted), f"/v1/coachees/{planted.coachee_id}"
    match = {"If-Match": (await lena.get(path)).headers["etag"]}
    changed = await lena.patch(path, json={"email": "somebody-else@example.org"}, headers=match)
    assert changed.status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        told = await work.session.scalar(select(Message.address).where(Message.kind == "address_changed"))
    assert told == before
    await anonymous.post("/me/sign-in", data={"email": "somebody-else@example.org"})
    assert await asked(house, cast) is None
    clock.move(hours=24)
    await anonymous.post("/me/sign-in", data={"email": "somebody-else@example.org"})
    assert await asked(house, cast) is not None
