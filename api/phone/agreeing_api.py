"""The same in JSON under /v1/me: what she agreed to and may agree to, and who read what of hers."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody

from api.fields import In, Out
from api.phone.forms import LARGEST
from api.phone.sessions import Own, acting_in, keep, looking_in, must_be_json
from api.phone.visits import AnyRequest
from domain import audit, people
from domain.kit.ids import ConsentId
from domain.people import Purpose

LINES = 50


class ConsentNow(Out, frozen=True):
    id: ConsentId
    purpose: Purpose
    given_at: datetime


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    purpose: Purpose
    wording_version: int
    text: str


class YesIn(In, frozen=True):
    purpose: Purpose
    wording_version: int


class ReadNow(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    by: UUID | None
    what: str


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """What she agreed to, what she may agree to in exactly these words, and who opened what of hers."""

    consents: list[ConsentNow]
    offered: list[Offered]
    reads: list[ReadNow]


@get("/v1/me/access")
async def read_access(request: AnyRequest) -> Access:
    """What she agreed to, and who opened what of hers."""
    async with looking_in(request) as own:
        return await _access(own)


async def _access(own: Own) -> Access:
    given = await people.consents_now(own.work, own.coachee.id)
    offered = await people.open_to_agree(own.work, own.coachee, own.language)
    reads = await audit.list_reads(own.work, own.coachee.id, LINES)
    return Access(
        consents=[ConsentNow.of(one) for one in given.values()],
        offered=[Offered(purpose=one.purpose, wording_version=one.version, text=one.text) for one in offered],
        reads=[ReadNow(at=one.at, by=one.actor_id, what=one.action.removesuffix("_read")) for one in reads],
    )


@post("/v1/me/consents", status_code=200, request_max_body_size=LARGEST)
async def give_consent(request: AnyRequest, data: JSONBody[YesIn]) -> Response[Access]:
    """Say yes to one of what `offered` shows her, word for word."""
    must_be_json(request)
    async with acting_in(request) as own:
        await people.agree_once(own.work, own.coachee.id, data.purpose, data.wording_version, own.language)
        now = await _access(own)
    return keep(request, Response(now), own.fresh)


@delete("/v1/me/consents/{consent_id:uuid}", status_code=200)
async def withdraw_consent(request: AnyRequest, consent_id: FromPath[ConsentId]) -> Response[ConsentNow]:
    """Take a consent back."""
    must_be_json(request)
    async with acting_in(request) as own:
        taken = await people.withdraw_consent(own.work, own.coachee.id, consent_id)
    return keep(request, Response(ConsentNow.of(taken)), own.fresh)


IN_JSON = (read_access, give_consent, withdraw_consent)
