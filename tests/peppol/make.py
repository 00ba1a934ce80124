"""What a test of Peppol needs: invoices that are queued, and sweeps that send them."""

from typing import Any

from sqlalchemy import select

from domain import peppol
from domain.kit.ids import InvoiceId
from domain.kit.work import OPERATOR, House, begin
from domain.messaging import Event
from domain.peppol import Dispatch, MemoryAccessPoint, Progress, Standing
from tests.factories import Cast
from tests.invoicing import make as invoicing
from tests.messaging.make import messages

ON_THE_WAY = Progress(standing=Standing.SENT)


async def to_acme(house: House, cast: Cast, **practice: Any) -> InvoiceId:
    """An issued invoice to a company that has an enterprise number and an e-mail address."""
    buyers = await invoicing.open_books(house, cast, **practice)
    return await another(house, cast, buyers.acme)


async def another(house: House, cast: Cast, sponsor_id: Any) -> InvoiceId:
    drafted = await invoicing.draft(house, cast, invoicing.TALK, sponsor_id=sponsor_id)
    return (await invoicing.issue(house, cast, drafted)).id


async def dispatch(house: House, cast: Cast, invoice_id: InvoiceId) -> Dispatch:
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return await peppol.get_dispatch(work, invoice_id)


async def delivered(sweep_house: House, clock: Any, access_point: MemoryAccessPoint) -> None:
    """Send what is due, and ask after it once."""
    await peppol.dispatch_due(sweep_house, access_point)
    clock.move(hours=1)
    await peppol.dispatch_due(sweep_house, access_point)


async def told_office(house: House, cast: Cast) -> list[tuple[str | None, str]]:
    """Whom of the practice a mail tells of which invoice that did not arrive."""
    found = [one for one in await messages(house, cast) if one.kind == "invoice_not_delivered"]
    return sorted((one.address, one.facts["number"]) for one in found)


async def events(house: House, cast: Cast) -> list[str]:
    """The events of invoices, oldest first; from the table, for the API waits until all that is being written is."""
    query = select(Event.kind).where(Event.practice_id == cast.practice_id).order_by(Event.id)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return [kind for kind in await work.session.scalars(query) if kind.startswith("invoice_")]
