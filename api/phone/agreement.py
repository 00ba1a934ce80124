"""The page of an agreement: who asks, the words themselves once she wants to read them, and her name under them."""

from enum import StrEnum
from http import HTTPStatus

from litestar import Response

from api.phone.pages import HEADERS, message, page
from api.phone.visits import Visit
from api.phone.wording import words
from domain import agreements
from domain.agreements import Agreement, AgreementState
from domain.checkins import Fault, Sent, Wrong
from domain.documents import Party, full_name, sections
from domain.kit.ids import AgreementId

LONGEST_NAME = 200


class Decision(StrEnum):
    READ = "read"
    SIGN = "sign"
    DECLINE = "decline"


CLOSED = {
    AgreementState.DECLINED: ("agreement_declined", HTTPStatus.OK),
    AgreementState.WITHDRAWN: ("agreement_withdrawn", HTTPStatus.GONE),
    AgreementState.REPLACED: ("agreement_replaced", HTTPStatus.GONE),
}


async def show(visit: Visit) -> Response[str]:
    """What waits for her; looking changes nothing, so a program that opens links has opened no agreement."""
    agreement = await _agreement(visit)
    return _state_of(visit, agreement, Sent())


async def decide(visit: Visit, sent: Sent) -> Response[str]:
    """Open it, sign it or decline it. A second click changes nothing."""
    agreement = await _agreement(visit, lock=True)
    decision = sent.choice("decision", Decision)
    if agreement.state in CLOSED or agreement.state is AgreementState.SIGNED:
        return _state_of(visit, agreement, sent)
    match decision:
        case Decision.READ:
            return _state_of(visit, await agreements.open_agreement(visit.work, agreement.id), Sent())
        case Decision.SIGN if agreement.state is AgreementState.OPENED:
            return await _sign(visit, agreement, sent)
        case Decision.DECLINE:
            return _state_of(visit, await agreements.decline_agreement(visit.work, agreement.id), sent)
        case _:
            return _state_of(visit, agreement, sent)


async def read_file(visit: Visit) -> Response[bytes]:
    """Her own copy."""
    file = await agreements.read_print(visit.work, (await _agreement(visit)).id)
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


async def _agreement(visit: Visit, *, lock: bool = False) -> Agreement:
    """For whoever was asked, as long as nobody else has to sign it by now."""
    agreement = await agreements.get_agreement(visit.work, AgreementId(visit.subject_id), lock=lock)
    await agreements.must_still_sign(visit.work, agreement)
    return agreement


async def _sign(visit: Visit, agreement: Agreement, sent: Sent) -> Response[str]:
    name = sent.text("name", LONGEST_NAME, lines=False)
    if name is None and "name" not in sent.faults:
        sent.faults["name"] = Fault(Wrong.MISSING)
    if not sent.has("agree", "yes"):
        sent.faults["agree"] = Fault(Wrong.MISSING)
    if sent.faults or name is None:
        return _state_of(visit, agreement, sent)
    told = next(iter(sent.values.get("sha256", ())), "")
    return _state_of(visit, await agreements.sign_agreement(visit.work, agreement.id, name=name, sha256=told), Sent())


def _state_of(visit: Visit, agreement: Agreement, sent: Sent) -> Response[str]:
    if found := CLOSED.get(agreement.state):
        return message(found[0], visit.language, status=found[1])
    said = words(visit.language)
    home, coachee = Party(**agreement.parties["practice"]), Party(**agreement.parties["coachee"])
    intro = said["agreement"]["intro"].format(coach=agreement.parties["coach"], practice=full_name(home))
    if agreement.guardian is not None:
        intro += " " + said["agreement"]["for_minor"].format(coachee=coachee.name)
    return page(
        "agreement.html",
        visit.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK,
        step=agreement.state.value,
        intro=intro,
        agreement=agreement,
        text_language=agreement.language.value,
        sections=sections(agreement.text),
        file=f"/a/{visit.token}/pdf",
        sent=sent,
        faults={name: said.fault(name, fault) for name, fault in sent.faults.items()},
    )
