"""The agreement on paper, before and after it was signed."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain import documents
from domain.agreements.model import Agreement, Print
from domain.documents import Party, Picture, Wording, full_name, letter, party, plain, read_labels, sections
from domain.kit.calendar import local_day

HERE = Path(__file__).parent
LABELS = read_labels(HERE / "labels.toml")


def print_agreement(agreement: Agreement, kind: Print, zone: str, logo: Picture | None = None) -> bytes:
    """Out of what was frozen alone: the same agreement gives the same bytes."""
    signed = kind is Print.SIGNED
    page = _page(agreement, Wording(agreement.language.value, LABELS), zone, signed=signed)
    made_at = agreement.signed_at if signed and agreement.signed_at else agreement.issued_at
    return documents.render(HERE / "agreement.typ", page, made_at=made_at, logo=logo)


def _page(agreement: Agreement, wording: Wording, zone: str, *, signed: bool) -> dict[str, Any]:
    home, coachee = Party(**agreement.parties["practice"]), Party(**agreement.parties["coachee"])
    running = f"{agreement.title}  ·  {coachee.name}"
    return {
        **letter(agreement.language.value, wording, home, title=agreement.title, running=running),
        "sender": party(home, wording),
        "to": wording["to"],
        "addressee": party(coachee, wording),
        "title": plain(agreement.title),
        "date": wording.day(local_day(agreement.issued_at, zone)),
        "sections": [{"title": it.title, "blocks": it.blocks} for it in sections(agreement.text)],
        "signature": {
            "title": wording["signatures"],
            "practice": _practice_side(agreement, wording, home, zone),
            "coachee": _coachee_side(agreement, wording, coachee, zone, signed=signed),
            "digest": [wording["digest"], agreement.sha256],
        },
    }


def _practice_side(agreement: Agreement, wording: Wording, home: Party, zone: str) -> dict[str, Any]:
    told = wording["issued"].format(moment=_moment(agreement.issued_at, wording, zone))
    return {
        "label": wording["for_practice"],
        "name": plain(agreement.parties["coach"]),
        "told": [plain(full_name(home)), told],
    }


def _coachee_side(agreement: Agreement, wording: Wording, coachee: Party, zone: str, *, signed: bool) -> dict[str, Any]:
    guardian = agreement.guardian
    label = wording["for_minor"].format(coachee=plain(coachee.name)) if guardian else wording["for_coachee"]
    if not signed or agreement.signed_at is None:
        name = plain(guardian["name"] if guardian else coachee.name)
        return {"label": label, "name": None, "told": [name, wording["not_yet"]]}
    told = wording["signed"].format(moment=_moment(agreement.signed_at, wording, zone))
    return {
        "label": label,
        "name": plain(agreement.signed_name or ""),
        "told": [wording["by_link"], told],
    }


def _moment(at: Any, wording: Wording, zone: str) -> str:
    here = at.astimezone(ZoneInfo(zone))
    return wording["moment"].format(day=wording.day(here.date()), time=f"{here:%H:%M:%S}", zone=zone.replace("_", " "))
