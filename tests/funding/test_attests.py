"""The attest for a sector fund: days, hours and what was paid, in four languages; nothing of what it was about."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.documents.archival import archival_faults
from tests.funding import make
from tests.funding.make import told
from tests.invoicing import make as invoicing

pytestmark = pytest.mark.anyio
TITLES = {
    "nl": "Attest van deelname en betaling",
    "fr": "Attestation de participation et de paiement",
    "en": "Certificate of participation and payment",
    "de": "Bescheinigung über Teilnahme und Zahlung",
}


@pytest.fixture
async def cheque(house, cast, cas):
    await invoicing.open_books(house, cast)
    amir = await make.engage(house, cast)
    cheque = await make.started(cas, amir)
    for minutes in (90, 50):
        assert (await make.book(cas, cheque, await amir.session(minutes=minutes))).status_code == 201
    return cheque


async def test_it_proves_what_was_attended_and_paid(cas, cheque):
    attest = (await cas.get(f"/v1/cheques/{cheque['id']}/attest")).json()
    assert attest["attended"] == [{"day": "2026-02-01", "minutes": 90}, {"day": "2026-02-02", "minutes": 50}]
    assert (attest["minutes"], attest["own_share_cents"], attest["issuer"]) == (140, 90_00, "Edenred")
    assert attest["paid_by"] == cheque["issued_on"]


@pytest.mark.parametrize("language", TITLES)
async def test_it_is_printed_on_one_page_in_the_language_that_is_asked(cas, cheque, language):
    answer = await cas.get(f"/v1/cheques/{cheque['id']}/attest/pdf", params={"language": language})
    assert answer.headers["content-type"] == "application/pdf"
    assert archival_faults(answer.content) == []
    [page] = PdfReader(BytesIO(answer.content)).pages
    words = page.extract_text().replace("\xa0", " ")
    assert TITLES[language] in words
    assert "Edenred" in words
    assert "{" not in words
    assert cheque["cheque_number"] in words.replace("\u200b", "").replace("\n", "")


async def test_a_cheque_on_which_nothing_is_booked_has_none_and_nobody_elses_is_found(house, cast, cas, bo, cheque):
    fresh = await make.started(cas, await make.engage(house, cast))
    assert told(await cas.get(f"/v1/cheques/{fresh['id']}/attest")) == (409, "nothing-to-attest")
    assert told(await bo.get(f"/v1/cheques/{cheque['id']}/attest/pdf")) == (404, "cheque-not-found")
