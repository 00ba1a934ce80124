import pytest

from domain.checkins import PlanState
from domain.kit.work import OPERATOR, begin
from domain.messaging import MemoryMailer, SmtpMailer, deliver_due, pause_page, post
from domain.people import get_coachee, recipient
from tests.messaging import make
from tests.phone.make import counts, plant, row_of

pytestmark = pytest.mark.anyio


async def mailed(house, cast, sweep_house, planted, kind="check_in"):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        post(work, kind, recipient(await get_coachee(work, planted.coachee_id)), link=f"check_in:{planted.check_in_id}")
    mailer = MemoryMailer()
    await deliver_due(sweep_house, mailer, make.SENDER, make.names)
    [mail] = mailer.mails
    return mail


def page_of(house, cast, planted):
    return pause_page(house.vault, cast.practice_id, planted.coachee_id)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("kind", ["check_in", "check_in_reminder"])
async def test_a_check_in_mail_names_its_way_out_in_one_whole_line(house, cast, sweep_house, kind):
    planted = await plant(house, cast)
    mail = await mailed(house, cast, sweep_house, planted, kind)
    page = page_of(house, cast, planted)
    async with make.mail_server(make.Post()) as office:
        await SmtpMailer(host="127.0.0.1", port=office.port).send(mail)
    lines = office.taken[0].original_content.split(b"\r\n")
    assert f"List-Unsubscribe: <https://coach.example{page}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


@pytest.mark.usefixtures("quiet")
async def test_the_button_of_a_mail_program_pauses_by_what_a_real_server_took(house, cast, sweep_house, anonymous):
    """RFC 8058 from end to end: the header as it arrived, and the POST that a mail program makes of it."""
    planted = await plant(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        link = f"check_in:{planted.check_in_id}"
        post(work, "check_in", recipient(await get_coachee(work, planted.coachee_id)), link=link)
    async with make.mail_server(make.Post()) as office:
        mailer = SmtpMailer(host="127.0.0.1", port=office.port)
        assert await deliver_due(sweep_house, mailer, make.SENDER, make.names) == (1, 0)
    [mail] = office.mails
    address = mail["List-Unsubscribe"].removeprefix("<").removesuffix(">")
    assert address.startswith("https://")
    name, _, value = mail["List-Unsubscribe-Post"].partition("=")
    done = await anonymous.post(address.removeprefix("https://coach.example"), data={name: value})
    assert done.status_code == 200
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id))["state"] == PlanState.PAUSED


@pytest.mark.usefixtures("quiet")
async def test_a_mail_that_is_no_check_in_has_no_such_button(house, cast, sweep_house):
    await make.message(house, cast)
    mailer = MemoryMailer()
    await deliver_due(sweep_house, mailer, make.SENDER, make.names)
    assert "List-Unsubscribe" not in mailer.mails[0].headers


async def test_looking_at_the_way_out_pauses_nothing(house, cast, anonymous):
    planted = await plant(house, cast)
    before = await row_of(house, cast, "check_in_plans", planted.plan_id), await counts(house, cast)
    shown = await anonymous.get(page_of(house, cast, planted))
    assert shown.status_code == 200
    assert "Ja, pauzeer" in shown.text
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id), await counts(house, cast)) == before


@pytest.mark.parametrize(
    "form",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
    ],
)
async def test_one_click_without_login_pauses_in_either_encoding(house, cast, anonymous, form):
    planted = await plant(house, cast)
    done = await anonymous.post(page_of(house, cast, planted), **form)
    assert done.status_code == 200
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id))["state"] == PlanState.PAUSED
    assert (await row_of(house, cast, "check_ins", planted.check_in_id))["state"] == "cancelled"


async def test_the_second_click_changes_nothing(house, cast, anonymous):
    planted = await plant(house, cast)
    page = page_of(house, cast, planted)
    await anonymous.post(page)
    before = await row_of(house, cast, "check_in_plans", planted.plan_id), await counts(house, cast)
    assert (await anonymous.post(page)).status_code == 200
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id), await counts(house, cast)) == before


async def test_an_address_opens_the_pause_of_one_person_only(house, cast, anonymous):
    planted, other = await plant(house, cast), await plant(house, cast)
    mine, hers = page_of(house, cast, planted), page_of(house, cast, other)
    for made_up in (mine[:-27] + hers[-27:], mine[:-1] + ("A" if mine[-1] != "A" else "B"), mine + "A", "/u/x", "/u/é"):
        assert (await anonymous.post(made_up)).status_code == 404
    for one in (planted, other):
        assert (await row_of(house, cast, "check_in_plans", one.plan_id))["state"] == PlanState.ACCEPTED
