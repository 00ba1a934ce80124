"""What comes back by text message: the gateway hands it over, with a secret that it shares with us."""

import hmac
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Router, post
from litestar.params import JSONBody
from msgspec import Meta

from api.options import Options
from api.phone.forms import LARGEST
from api.phone.visits import AnyRequest, house_of
from api.problems import RequestError
from domain import checkins, people
from domain.kit.errors import DomainError, Unauthenticated
from domain.kit.work import Actor, ActorKind, begin, transaction
from domain.people import Purpose


class SmsSecretWrong(Unauthenticated):
    """Text messages are taken from the gateway alone, by the secret that it shares with us."""


class TextIn(msgspec.Struct, frozen=True, kw_only=True):
    """What gateways call it differs; what more they tell is not read."""

    number: Annotated[str, Meta(max_length=32)] = msgspec.field(name="from")
    text: Annotated[str, Meta(max_length=2_000)]


@post("/sms/inbound", status_code=204, request_max_body_size=LARGEST)
async def take_text(request: AnyRequest, data: JSONBody[TextIn]) -> None:
    """STOP ends the text messages to a number, PAUZE or PAUSE pauses the check-ins; nothing else is read, or kept."""
    _must_be_the_gateway(request)
    stops, pauses = people.asks_to_stop(data.text), people.asks_to_pause(data.text)
    try:
        number = people.mobile_number(data.number if data.number.startswith(("+", "00")) else f"+{data.number}")
    except DomainError:
        return
    if not stops and not pauses:
        return
    house = house_of(request)
    async with transaction(house.sessions) as session:
        found = await people.coachees_of_number(session, number)
    for practice_id, coachee_id in found:
        async with begin(house, practice_id, Actor(ActorKind.COACHEE, coachee_id)) as work:
            if stops:
                await people.withdraw_purpose(work, coachee_id, Purpose.CHANNEL_SMS)
            else:
                await checkins.pause_all(work, coachee_id)


def _must_be_the_gateway(request: AnyRequest) -> None:
    options: Options = request.app.state["options"]
    if options.sms_secret is None:
        raise RequestError(HTTPStatus.NOT_FOUND)
    shown = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(shown.encode(), options.sms_secret.encode()):
        raise SmsSecretWrong


router = Router("/", route_handlers=[take_text], include_in_schema=False, opt={"public": True})
