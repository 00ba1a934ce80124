"""Links for a coachee: each a capability for one thing of hers; its token is kept as a digest alone."""

from uuid import UUID

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.ids import CoacheeId
from domain.kit.secrets import digest
from domain.kit.tables import Table, Tenant, within_practice
from domain.kit.work import Work


class CoacheeLink(Tenant, Table):
    """That a link of this purpose opens the thing with this id, for its coachee."""

    __tablename__ = "coachee_links"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        Index("coachee_links_token_idx", "token_digest"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    coachee_id: Mapped[CoacheeId]
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)


async def make_link(work: Work, purpose: str, subject_id: UUID, coachee_id: CoacheeId) -> None:
    """From now on a mail with the fact `link="<purpose>:<subject_id>"` opens that thing."""
    token = work.vault.token(purpose, str(subject_id))
    link = CoacheeLink(
        practice_id=work.practice_id,
        id=subject_id,
        purpose=purpose,
        coachee_id=coachee_id,
        token_digest=digest(token),
    )
    await work.store(link)
