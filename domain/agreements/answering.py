"""What the coachee, or a minor's guardian, does with an agreement, by a link of her own: open, sign or decline it."""

from domain import people
from domain.agreements.issuing import keep_print, moved, replace
from domain.agreements.model import WAITING, Agreement, AgreementState, Print
from domain.agreements.queries import get_agreement
from domain.kit.errors import Conflict
from domain.kit.ids import AgreementId
from domain.kit.work import Work
from domain.messaging import Recipient, post
from domain.people import GuardianEnded, GuardianNeeded


class OtherWords(Conflict):
    """These are not the words of this agreement: what is signed must be what was read."""


async def open_agreement(work: Work, agreement_id: AgreementId) -> Agreement:
    """She asked to read it. Opening it again changes nothing."""
    agreement = await get_agreement(work, agreement_id, lock=True)
    await must_still_sign(work, agreement)
    if agreement.state is AgreementState.ISSUED:
        await moved(work, agreement, AgreementState.OPENED)
    return agreement


async def sign_agreement(work: Work, agreement_id: AgreementId, *, name: str, sha256: str) -> Agreement:
    """She signs the words with this digest, typing her name; a signature from before makes place for it."""
    agreement = await get_agreement(work, agreement_id, lock=True)
    await must_still_sign(work, agreement)
    if sha256 != agreement.sha256:
        raise OtherWords
    if agreement.state is AgreementState.OPENED:
        await replace(work, agreement.trajectory_id, (AgreementState.SIGNED,))
    await moved(work, agreement, AgreementState.SIGNED, signed_name=name)
    await keep_print(work, agreement, Print.SIGNED)
    post(work, "agreement_signed", await _signer(work, agreement), link=f"agreement:{agreement.id}")
    return agreement


async def decline_agreement(work: Work, agreement_id: AgreementId) -> Agreement:
    """She does not agree; another may be issued."""
    agreement = await get_agreement(work, agreement_id, lock=True)
    await must_still_sign(work, agreement)
    return await moved(work, agreement, AgreementState.DECLINED)


async def must_still_sign(work: Work, agreement: Agreement) -> None:
    """Whoever was asked decides on what waits, unless somebody else has to by now: issue it anew for her."""
    if agreement.state not in WAITING:
        return
    if agreement.guardian_id is None:
        coachee = await people.get_coachee(work, agreement.coachee_id)
        await work.session.refresh(coachee, ["minor"])  # her page met her before it held the agreement
        if coachee.minor:
            raise GuardianNeeded(coachee_id=agreement.coachee_id)
    elif (guardian := await people.get_guardian(work, agreement.guardian_id)).ended_at is not None:
        raise GuardianEnded(ended_at=guardian.ended_at)


async def _signer(work: Work, agreement: Agreement) -> Recipient:
    """Who was asked: the coachee, or the guardian of a minor."""
    coachee = await people.get_coachee(work, agreement.coachee_id)
    if agreement.guardian_id is not None:
        return people.guardian_recipient(await people.get_guardian(work, agreement.guardian_id), coachee)
    return people.recipient(coachee)
