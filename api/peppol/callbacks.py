"""What an access point tells of itself: signed with a secret that it shares with this installation."""

import base64
import binascii
import contextlib
import hmac
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, post
from msgspec import Meta

from api.problems import FieldError, RequestError
from domain import peppol
from domain.kit.ids import InvoiceId, PracticeId
from domain.kit.work import SCHEDULER, House, begin, system_clock
from domain.peppol import Progress, Standing

AnyRequest = Request[Any, Any, Any]
LARGEST_NEWS = 4_000  # bytes
TOLERANCE_SECONDS = 300
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


class News(msgspec.Struct, frozen=True, kw_only=True):
    """`reference` is what came with the document; an access point may tell more, which is not read."""

    reference: Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}:[0-9a-f-]{36}:[0-9]{1,4}\Z")]
    status: Standing
    id: Annotated[str, Meta(max_length=200)] | None = None
    reason: Annotated[str, Meta(max_length=300)] | None = None


@post("/peppol/callbacks", status_code=204, request_max_body_size=LARGEST_NEWS)
async def hear_of_dispatch(request: AnyRequest) -> None:
    """An access point's news of a document, as Standard Webhooks signs them; the same news again changes nothing."""
    body = await request.body()
    check_signature(request.app.state["options"].peppol_secret, request.headers, body)
    try:
        news = msgspec.json.decode(body, type=News)
        practice_id, invoice_id, round_ = news.reference.split(":")
        whose, which = PracticeId(UUID(practice_id)), InvoiceId(UUID(invoice_id))
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        raise RequestError(HTTPStatus.BAD_REQUEST, [FieldError("", "This is no news of a document.")]) from error
    house: House = request.app.state["house"]
    async with begin(house, whose, SCHEDULER) as work:
        progress = Progress(standing=news.status, remote_id=news.id, reason=news.reason)
        await peppol.hear(work, which, int(round_), progress)


def check_signature(secret: str | None, headers: Any, body: bytes) -> None:
    """Refuse what was not signed with our secret, or longer ago than an honest delay."""
    sent_id, moment, signatures = (str(headers.get(name, "")) for name in HEADERS)
    if not secret or not moment.isascii() or not moment.isdigit() or len(moment) > len("9999999999"):
        raise RequestError(HTTPStatus.UNAUTHORIZED)
    wanted = signature(secret, sent_id, moment, body)
    known = any(hmac.compare_digest(wanted.encode(), one.encode()) for one in signatures.split(" "))
    if not known or abs(system_clock().timestamp() - int(moment)) > TOLERANCE_SECONDS:
        raise RequestError(HTTPStatus.UNAUTHORIZED)


def signature(secret: str, sent_id: str, moment: str, body: bytes) -> str:
    """As Standard Webhooks write it: what signs is the secret's bytes, in base64 after `whsec_`, or as it stands."""
    key = secret.encode()
    if secret.startswith("whsec_"):
        with contextlib.suppress(binascii.Error):
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    signed = f"{sent_id}.{moment}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()


callbacks = Router("/", route_handlers=[hear_of_dispatch], include_in_schema=False, opt={"public": True})
