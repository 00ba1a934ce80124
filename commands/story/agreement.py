"""The chapter of the agreement: written, read on the phone, signed, and kept."""

from collections.abc import Iterator
from typing import Any

from commands.story.logo import stands_on
from commands.story.page import fill_in
from commands.story.server import expect
from commands.story.year import Year


def agreement_is_signed(year: Year) -> Iterator[str]:
    """She signs the agreement on her phone"""
    path = f"/v1/trajectories/{year.trajectory_id}/agreements"
    issued = year.coach.post(path, {"cancellation_hours": 48}, once=f"agreement-{year.run}")
    yield f"“{issued['title']}” is put before her; fingerprint {issued['sha256'][:12]}…"
    link = year.office.until(lambda: _link(year, 0), "the agreement arrives by mail")
    year.office.as_(None).call("GET", link)
    expect(_now(year, issued)["state"] == "issued", "a program that followed the link has opened the agreement")
    yield "a scanner that follows the link opens nothing"
    words = fill_in(year.office, link, {"decision": "read"})
    expect("48" in words and "Amira" in words, "the page does not show the agreement")
    fill_in(year.office, link, {"decision": "sign", "name": "Amira Peeters"}, ticks=("agree",))
    signed = _now(year, issued)
    expect(signed["state"] == "signed", f"the agreement is {signed['state']} after she signed it")
    yield f"she reads it and signs as {signed['signed_name']}"
    pdf = year.coach.call("GET", f"/v1/agreements/{issued['id']}/pdf").content
    copy = year.office.as_(None).call("GET", f"{link}/pdf").content
    expect(pdf.startswith(b"%PDF-") and copy == pdf, "her copy is not the file that the practice keeps")
    expect(stands_on(pdf), "the practice's logo is not on the agreement")
    yield f"the practice and she keep the same PDF of {len(pdf) // 1024} kB, with the practice's logo"


def _now(year: Year, agreement: dict[str, Any]) -> Any:
    return year.coach.get(f"/v1/agreements/{agreement['id']}")


def _link(year: Year, number: int) -> str | None:
    """The path of the link to her agreement, in the mail of that number."""
    links = [link for mail in year.office.mails(year.coachee_email) for link in mail["links"] if "/a/" in link]
    return "/a/" + links[number].rpartition("/a/")[2] if len(links) > number else None
