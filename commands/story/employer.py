"""An employer who pays for the rest."""

from collections.abc import Iterator

from commands.story.held import hold
from commands.story.server import expect
from commands.story.year import Year


def employer_pays_the_rest(year: Year) -> Iterator[str]:
    """An employer is to pay for the rest: invoiced, mailed, delivered over Peppol"""
    sponsor = {
        "kind": "company",
        "name": f"Werkhuis {year.run} NV",
        "enterprise_number": "0202.239.951",
        "street": "Kouter 1",
        "postal_code": "9000",
        "city": "Gent",
        "email": f"boekhouding-{year.run}@example.com",
    }
    year.sponsor_id = year.office.post("/v1/sponsors", sponsor)["id"]
    year.held += [hold(year, number, "14:00", 60) for number in (70, 98)]
    hours = [{"description": f"Coachinggesprek {one['day']}", "quantity": "1", **AN_HOUR} for one in year.held]
    draft = {"sponsor_id": year.sponsor_id, "trajectory_id": year.trajectory_id, "lines": hours}
    invoice = year.office.post("/v1/invoices", draft)
    path = f"/v1/invoices/{invoice['id']}"
    year.invoice = year.office.post(f"{path}/issue", once=f"issue-{invoice['id']}")
    again = year.office.post(f"{path}/issue", once=f"issue-{invoice['id']}")
    expect(again["number"] == year.invoice["number"], "issued twice")
    expect(year.invoice["gross_cents"] == 3 * 12_000 * 121 // 100, f"three hours are {year.invoice['gross_cents']}")
    yield f"invoice {year.invoice['number']}: € {year.invoice['gross_cents'] / 100:.2f}, {year.invoice['due_on']}"
    pdf = year.office.call("GET", f"{path}/pdf").content
    expect(pdf.startswith(b"%PDF-"), "the PDF is no PDF")
    yield f"its PDF has {len(pdf) // 1024} kB; payment reference {year.invoice['payment_reference']}"
    [mail] = year.office.until(lambda: year.office.mails(sponsor["email"]), "the invoice is announced by mail")
    expect("cheque" not in str(mail).lower(), "the employer hears of the cheque")
    yield f"the employer's mailbox: “{mail['subject']}”"
    yield _goes_over_peppol(year, path)


def _goes_over_peppol(year: Year, path: str) -> str:
    """It leaves by itself, and the access point is asked after it until it is delivered."""
    year.office.until(lambda: _is_on_peppol(year, path, "sent"), "the e-invoice leaves for the access point")
    year.go_to(year.day(120), "09:00")
    year.office.until(lambda: _is_on_peppol(year, path, "delivered"), "the employer has the e-invoice")
    return "the e-invoice is delivered over Peppol, to 0208:0202239951"


def _is_on_peppol(year: Year, path: str, state: str) -> bool:
    found = year.office.get(f"{path}/peppol")
    expect(found["receiver"] == "0208:0202239951", f"it goes to {found['receiver']}")
    return found["state"] == state


AN_HOUR = {"unit": "h", "unit_price_cents": 12_000}
