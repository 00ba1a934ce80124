"""The access point over HTTP, held against the fake one that ships with the product."""

import json
from dataclasses import replace
from hashlib import sha256

import httpx
import pytest

from commands.peppol.fake import FakeAccessPoint
from commands.peppol.rest import LARGEST_ANSWER, RestAccessPoint
from domain import peppol
from domain.peppol import (
    AccessPointUnreachable,
    DispatchState,
    Outgoing,
    Standing,
    TransmissionDeferred,
)
from tests.peppol import make

pytestmark = pytest.mark.anyio

DOCUMENT = Outgoing(
    key="one-1",
    reference="a:b:1",
    name="F2026-0001.xml",
    sender="0208:0403019261",
    receiver="0208:0417497106",
    document_type="urn:invoice",
    process="urn:billing",
    content=b"<Invoice/>",
    sha256=sha256(b"<Invoice/>").hexdigest(),
)


def over(application, token="secret"):
    return RestAccessPoint("http://access-point/v1", token, httpx.ASGITransport(application))


def answering(status, content=b"{}", headers=None):
    return RestAccessPoint(
        "http://ap", "secret", httpx.MockTransport(lambda _: httpx.Response(status, content=content, headers=headers))
    )


async def test_a_document_goes_from_the_issue_to_the_receiver(quiet, house, sweep_house, cast, clock):
    invoice_id = await make.to_acme(house, cast)
    fake = FakeAccessPoint(token="secret")
    await make.delivered(sweep_house, clock, over(fake))
    seen = await make.dispatch(house, cast, invoice_id)
    assert (seen.state, seen.via, seen.remote_id) == (DispatchState.DELIVERED, "rest", "fake-1")


async def test_the_same_key_is_taken_once():
    fake = FakeAccessPoint()
    first, again = [await over(fake).send(DOCUMENT) for _ in range(2)]
    assert first.remote_id == again.remote_id
    assert len(fake.taken) == 1


async def test_each_end_can_be_tried():
    fake = FakeAccessPoint()
    missing = await over(fake).send(replace(DOCUMENT, receiver="0208:0000000190"))
    assert (missing.standing, missing.reason) == (Standing.NOT_ON_PEPPOL, "receiver-not-found")
    rejecting = await over(fake).send(replace(DOCUMENT, receiver="0208:0000000291"))
    assert rejecting.standing is Standing.SENT
    assert (await over(fake).look(rejecting.remote_id)).standing is Standing.REJECTED
    broken = await over(fake).send(replace(DOCUMENT, key="two-1", sha256="0" * 64))
    assert (broken.standing, broken.reason) == (Standing.REJECTED, "digest-wrong")


async def test_a_wrong_token_concerns_us_and_no_document():
    with pytest.raises(AccessPointUnreachable, match="401"):
        await over(FakeAccessPoint(token="another")).send(DOCUMENT)
    with pytest.raises(AccessPointUnreachable, match="401"):
        await over(FakeAccessPoint(token="another")).check()
    await over(FakeAccessPoint(token="secret")).check()


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503])
async def test_a_busy_server_is_tried_later(status):
    with pytest.raises(TransmissionDeferred, match=str(status)):
        await answering(status).send(DOCUMENT)


async def test_a_redirect_is_not_followed_with_our_token():
    with pytest.raises(AccessPointUnreachable, match="302"):
        await answering(302, headers={"location": "http://elsewhere"}).send(DOCUMENT)


NUMBERS = [
    b'"status": "lost", "id": "1"',
    b'"status": "sent"',
    b'"status": "sent", "id": ""',
    b'"status": "sent", "id": "a\\u0000b"',
]
NUMBERS += [b'"status": "sent", "id": "%s"' % (b"1" * 201)]


@pytest.mark.parametrize("content", [b"", b"[]", b"<html>", *(b"{%s}" % told for told in NUMBERS)])
async def test_an_answer_that_says_nothing_is_asked_for_again(content):
    with pytest.raises(TransmissionDeferred, match="answer-unreadable"):
        await answering(200, content).send(DOCUMENT)


async def test_an_endless_answer_is_not_read_to_its_end():
    with pytest.raises(TransmissionDeferred, match="answer-too-large"):
        await answering(200, b" " * (LARGEST_ANSWER + 1)).send(DOCUMENT)


async def test_a_server_that_is_not_there_is_away():
    def refuse(request):
        raise httpx.ConnectError("refused", request=request)

    gone = RestAccessPoint("http://ap", None, httpx.MockTransport(refuse))
    with pytest.raises(AccessPointUnreachable, match="ConnectError"):
        await gone.send(DOCUMENT)
    with pytest.raises(AccessPointUnreachable):
        await answering(503).check()


async def test_what_it_says_of_a_document_is_kept_short_and_plain():
    rude = json.dumps({"code": "no\x00t\nyours " + "x" * 1000}).encode()
    progress = await answering(400, rude).send(DOCUMENT)
    assert progress.standing is Standing.REJECTED
    assert len(progress.reason) == 300
    assert progress.reason.isprintable()


def test_the_token_is_not_shown():
    assert "secret" not in repr(over(FakeAccessPoint()))


async def test_a_round_over_http_carries_on_past_a_document_that_is_refused(quiet, house, sweep_house, cast):
    buyers_invoice = await make.to_acme(house, cast)
    assert await peppol.dispatch_due(sweep_house, answering(422, b'{"code": "no"}')) == (1, 0)
    assert (await make.dispatch(house, cast, buyers_invoice)).state is DispatchState.REJECTED
