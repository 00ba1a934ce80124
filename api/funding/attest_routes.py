"""The attest of a cheque, as data and on paper."""

from datetime import date
from typing import Annotated, TypeAlias

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from msgspec import Meta

from api.fields import Out
from api.problems import refuses
from domain import funding
from domain.funding import Attest, ChequeNotFound, NothingToAttest
from domain.kit.ids import ChequeId
from domain.kit.work import Work
from domain.messaging import Language

Wanted: TypeAlias = Annotated[Language | None, QueryParameter(description="The coachee's own when left out")]


class AttendedOut(Out, frozen=True, kw_only=True):
    day: date
    minutes: int


class AttestOut(msgspec.Struct, frozen=True, kw_only=True):
    cheque_id: ChequeId
    language: Language
    practice: str
    coachee: str
    cheque_number: str
    attended: list[AttendedOut]
    minutes: int
    own_share_cents: Annotated[int | None, Meta(description="Paid to the issuer; null: not known")]
    issuer: str | None
    paid_by: Annotated[date | None, Meta(description="The day of the cheque: it was paid by then")]
    made_on: date

    @classmethod
    def of(cls, attest: Attest) -> "AttestOut":
        return cls(
            cheque_id=attest.cheque_id,
            language=attest.language,
            practice=attest.practice.name,
            coachee=attest.coachee.name,
            cheque_number=attest.cheque,
            attended=[AttendedOut.of(one) for one in attest.attended],
            minutes=attest.minutes,
            own_share_cents=None if attest.own_share is None else attest.own_share.cents,
            issuer=attest.issuer,
            paid_by=attest.paid_by,
            made_on=attest.made_on,
        )


@get("/cheques/{cheque_id:uuid}/attest", scope="funding:read", responses=refuses(ChequeNotFound, NothingToAttest))
async def read_attest(work: NamedDependency[Work], cheque_id: FromPath[ChequeId], language: Wanted = None) -> AttestOut:
    """What a sector fund asks for: proof that the coachee took part and paid her own share. It names no employer and
    no goal."""
    return AttestOut.of(await funding.make_attest(work, cheque_id, language))


@get(
    "/cheques/{cheque_id:uuid}/attest/pdf",
    scope="funding:read",
    media_type="application/pdf",
    responses=refuses(ChequeNotFound, NothingToAttest),
)
async def print_attest(
    work: NamedDependency[Work], cheque_id: FromPath[ChequeId], language: Wanted = None
) -> Response[bytes]:
    """The same on the practice's letter paper, to sign and hand over."""
    file = await funding.print_attest(work, cheque_id, language)
    headers = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


router = Router("/", tags=["funding"], route_handlers=[read_attest, print_attest])
