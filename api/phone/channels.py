"""How she is reached, the first minute, and the guide to her home screen: pages of her own area, script or not."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from litestar import Response, Router, get, post

from api.phone import plan as plan_page
from api.phone.channels_api import tests
from api.phone.endings import HANDLERS
from api.phone.forms import LARGEST, read_form
from api.phone.pages import go_to, page
from api.phone.sessions import Own, acting_in, for_whoever, keep, looking_in
from api.phone.visits import AnyRequest
from api.phone.wording import words
from domain import checkins, people
from domain.checkins import Fault, Sent, Wrong
from domain.kit.calendar import local_day, local_time
from domain.messaging import Channel
from domain.people import ChannelNow, NumberNotInternational, Purpose

LONGEST_NUMBER, LONGEST_CODE, SHOWN = 32, 12, 10
PAGE = "/me/channels"


@dataclass(frozen=True, slots=True)
class Shown:
    channel: Channel
    in_use: bool
    told: str


@get("/me/channels")
async def show_channels(request: AnyRequest) -> Response[str]:
    """How she is reached, whether it still works, and what she can change of it."""
    async with looking_in(request) as own:
        return await _channels(own, Sent(), tested="tested" in request.query_params)


@post("/me/channels/test", status_code=200, request_max_body_size=LARGEST)
async def try_channel(request: AnyRequest) -> Response[str]:
    """Send a test by one channel."""
    sent = await read_form(request)
    async with acting_in(request) as own:
        own.check(sent)
        tests.count_once(request.scope, own.coachee.id)
        channel = sent.choice("channel", Channel)
        if channel is not None:
            await people.try_channel(own.work, own.coachee.id, channel)
    return keep(request, go_to(PAGE + "?tested=1"), own.fresh)


@post("/me/channels/words", status_code=200, request_max_body_size=LARGEST)
async def choose_words(request: AnyRequest) -> Response[str]:
    """What her lock screen may say."""
    sent = await read_form(request)
    async with acting_in(request) as own:
        own.check(sent)
        await people.speak_plainly(own.work, own.coachee.id, explicit=sent.has("explicit", "1"))
    return keep(request, go_to(PAGE), own.fresh)


@post("/me/channels/sms", status_code=200, request_max_body_size=LARGEST)
async def switch_sms_on(request: AnyRequest) -> Response[str]:
    """Text messages to the number that she types."""
    sent = await read_form(request)
    async with acting_in(request) as own:
        own.check(sent)
        tests.count_once(request.scope, own.coachee.id)  # each new number is sent a code, and it may be a stranger's
        number = sent.text("number", LONGEST_NUMBER, lines=False)
        try:
            await people.switch_sms_on(own.work, own.coachee.id, number or "")
        except NumberNotInternational:
            sent.faults["number"] = Fault(Wrong.NOT_OFFERED)
            return await _channels(own, sent)
    return keep(request, go_to(PAGE), own.fresh)


@post("/me/channels/code", status_code=200, request_max_body_size=LARGEST)
async def confirm_sms(request: AnyRequest) -> Response[str]:
    """The code that came to her number: until then nothing else is sent there."""
    sent = await read_form(request)
    async with acting_in(request) as own:
        own.check(sent)
        tests.count_once(request.scope, own.coachee.id)
        code = "".join(filter(str.isalnum, sent.text("code", LONGEST_CODE, lines=False) or ""))
        if not await people.confirm_sms(own.work, own.coachee.id, code):
            sent.faults["code"] = Fault(Wrong.NOT_OFFERED)
            return await _channels(own, sent)
    return keep(request, go_to(PAGE), own.fresh)


@post("/me/channels/off", status_code=200, request_max_body_size=LARGEST)
async def switch_off(request: AnyRequest) -> Response[str]:
    """Nothing more by one channel."""
    sent = await read_form(request)
    async with acting_in(request) as own:
        own.check(sent)
        channel = sent.choice("channel", Channel)
        if channel is not None:
            await people.switch_off(own.work, own.coachee.id, channel)
    return keep(request, go_to(PAGE), own.fresh)


@get("/me/start")
async def show_start(request: AnyRequest) -> Response[str]:
    """The first minute: what it is for, who reads it, when it comes, whether it arrives, and a first moment at once."""
    async with looking_in(request) as own:
        mine = await checkins.plan_of(own.work, own.coachee.id)
        running = mine is not None and mine.decided_at is not None
        now = await people.channels_of(own.work, own.coachee.id)
        return page(
            "me_start.html",
            own.language,
            proof=own.proof,
            facts=[] if mine is None else plan_page.facts(own.coachee, mine, mine.terms, words(own.language)),
            kinds=running,
            browsers=now.browsers,
            by_mail=any(one.in_use for one in now.channels if one.channel is Channel.EMAIL),
            consent=_consents(own),
        )


@get("/me/install")
async def show_guide(request: AnyRequest) -> Response[str]:
    """How to put the page on a home screen, in pictures; anybody may read it, and she in her own language."""
    return await for_whoever(request, "me_install.html")


async def _channels(own: Own, sent: Sent, *, tested: bool = False) -> Response[str]:
    now, said = await people.channels_of(own.work, own.coachee.id), words(own.language)["channels"]
    texts = await people.offers_sms(own.work)
    lines = [
        said["attempt"].format(when=_moment(own, one.at), channel=said[one.channel], outcome=said[one.outcome])
        for one in now.attempts[:SHOWN]
    ]
    return page(
        "me_channels.html",
        own.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK,
        proof=own.proof,
        sent=sent,
        faults={name: said[f"fault_{name}"] for name in sent.faults},
        tested=tested,
        ways=[
            Shown(one.channel, one.in_use, _health(own, one))
            for one in now.channels
            if one.in_use or _is_offered(one, texts=texts)
        ],
        explicit=now.explicit,
        number=now.number,
        confirmed=now.confirmed,
        browsers=now.browsers,
        attempts=lines,
        consent=_consents(own),
    )


def _is_offered(one: ChannelNow, *, texts: bool) -> bool:
    """A practice that pays for no text messages offers none."""
    return texts or one.channel is not Channel.SMS


def _health(own: Own, one: ChannelNow) -> str:
    """Whether it still works, in one line."""
    said = words(own.language)["channels"]
    if one.health.ails and one.health.failed_at is not None:
        return said["ails"].format(when=_moment(own, one.health.failed_at))
    if one.health.worked_at is None:
        return said["never"]
    return said["worked"].format(when=_moment(own, one.health.worked_at))


def _moment(own: Own, at: datetime) -> str:
    said, zone = words(own.language), own.coachee.zone
    return f"{said.day(local_day(at, zone))}, {said.time(local_time(at, zone).time())}"


def _consents(own: Own) -> dict[str, str]:
    """What she agrees to by switching a channel on, as it is recorded."""
    wanted = {Purpose.CHANNEL_PUSH: "push", Purpose.CHANNEL_SMS: "sms"}
    return {
        wanted[one.purpose]: people.said_in(one, own.coachee.country).text
        for one in people.wordings()
        if one.purpose in wanted and one.language == own.language and one.current
    }


router = Router(
    "/",
    route_handlers=[
        show_channels,
        try_channel,
        choose_words,
        switch_sms_on,
        confirm_sms,
        switch_off,
        show_start,
        show_guide,
    ],
    exception_handlers=HANDLERS,
    include_in_schema=False,
    opt={"public": True, "any_query": True},
)
