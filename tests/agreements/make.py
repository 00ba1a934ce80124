"""What tests of agreements need: a practice that may issue one, and coachees who signed."""

from domain import agreements, practice
from domain.agreements import Agreement, AgreementState, NewAgreement
from domain.kit.ids import AgreementId, AgreementTemplateId, TrajectoryId, new_id
from domain.kit.work import OPERATOR, House, begin
from domain.messaging import Language
from domain.trajectories import get_trajectory
from tests.factories import Cast

WORDS = "Goal of the guidance."


async def identify(house: House, cast: Cast) -> None:
    """Give the practice its enterprise number and an address."""
    numbers = {"enterprise_number": "0403.019.261", "street": "Coupure Links 12", "postal_code": "9000", "city": "Gent"}
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await practice.update_practice(work, {**numbers, "legal_form": "BV"})


async def signed(house: House, cast: Cast, trajectory_id: TrajectoryId) -> AgreementId:
    """Planted straight in the table, for tests that are about something else."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        trajectory = await get_trajectory(work, trajectory_id)
        agreement = Agreement(
            practice_id=cast.practice_id,
            id=AgreementId(new_id()),
            trajectory_id=trajectory.id,
            coachee_id=trajectory.coachee_id,
            coach_id=trajectory.coach_id,
            language=Language.NL,
            state=AgreementState.SIGNED,
            title="Agreement",
            text=WORDS,
            sha256="0" * 64,
            parties={},
            issued_at=work.now,
            signed_at=work.now,
            signed_name="Amir",
        )
        await work.store(agreement)
        return agreement.id


async def issued(house: House, cast: Cast, trajectory_id: TrajectoryId, **known) -> tuple[AgreementId, str]:
    """An agreement that waits for its coachee, and the path of her page."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        agreement = await agreements.issue_agreement(work, trajectory_id, NewAgreement(**known))
        return agreement.id, f"/a/{work.vault.token('agreement', str(agreement.id))}"


async def template(
    house: House, cast: Cast, *, language: Language = Language.NL, text: str = WORDS
) -> AgreementTemplateId:
    """A version of the practice's own."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return (await agreements.write_template(work, language, title="Overeenkomst", text=text)).id
