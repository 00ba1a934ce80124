"""The practice's own agreement, and what coachees were asked to sign."""

from typing import Annotated

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.agreements.shapes import (
    AgreementIn,
    AgreementOut,
    AgreementPage,
    AgreementTemplateIn,
    AgreementTemplateOut,
    AgreementTemplatePage,
    AgreementTextOut,
    AgreementWordsList,
    AgreementWordsOut,
)
from api.fields import PageCursor, PageLimit, page_request
from api.files import file_response
from api.problems import refuses
from domain import agreements
from domain.agreements import (
    AgreementNotFound,
    AgreementNotSigned,
    AgreementTemplateNotFound,
    NewAgreement,
    PlaceholderEmpty,
    PracticeNotIdentified,
    Print,
    TrajectoryOver,
    UnknownPlaceholder,
)
from domain.kit.ids import AgreementId, AgreementTemplateId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.people import CoacheeArchived, GuardianNeeded
from domain.trajectories import TrajectoryNotFound

Which = Annotated[Print | None, QueryParameter(description="The signed file if there is one, when left out")]


@post("/agreement-templates", scope="practice:write", responses=refuses(UnknownPlaceholder))
async def write_template(work: NamedDependency[Work], data: JSONBody[AgreementTemplateIn]) -> AgreementTemplateOut:
    """Write the practice's own agreement in a language: its next version, in use from now on.

    What was issued before keeps its words."""
    written = await agreements.write_template(work, data.language, title=data.title, text=data.text)
    return AgreementTemplateOut.of(written)


@get("/agreement-templates", scope="trajectories:read", responses=refuses(InvalidCursor))
async def list_templates(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None
) -> AgreementTemplatePage:
    """List every version of the practice's own agreements, oldest first."""
    page = await agreements.list_templates(work, page_request(limit, cursor))
    return AgreementTemplatePage([AgreementTemplateOut.of(template) for template in page.items], page.next_cursor)


@get(
    "/agreement-templates/{template_id:uuid}",
    scope="trajectories:read",
    responses=refuses(AgreementTemplateNotFound),
)
async def read_template(
    work: NamedDependency[Work], template_id: FromPath[AgreementTemplateId]
) -> AgreementTemplateOut:
    """Read one version of the practice's own agreement."""
    return AgreementTemplateOut.of(await agreements.get_template(work, template_id))


@get("/agreement-words", scope="trajectories:read")
async def read_words(work: NamedDependency[Work]) -> AgreementWordsList:
    """Read the agreement in use in each language; number 0 is the one that comes with the program."""
    return AgreementWordsList([AgreementWordsOut.of(words) for words in await agreements.all_words_in_use(work)])


@post(
    "/trajectories/{trajectory_id:uuid}/agreements",
    scope="trajectories:write",
    responses=refuses(
        TrajectoryNotFound,
        TrajectoryOver,
        CoacheeArchived,
        GuardianNeeded,
        PracticeNotIdentified,
        PlaceholderEmpty,
        VersionChanged,
    ),
)
async def issue_agreement(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[AgreementIn]
) -> AgreementOut:
    """Put an agreement before the coachee of a trajectory: its words are frozen, and she is mailed a link to sign.

    One that still waited for her makes place; one that she signed holds until she has signed this one."""
    return AgreementOut.of(
        await agreements.issue_agreement(work, trajectory_id, NewAgreement(**msgspec.structs.asdict(data)))
    )


@get(
    "/trajectories/{trajectory_id:uuid}/agreements",
    scope="trajectories:read",
    responses=refuses(TrajectoryNotFound, InvalidCursor),
)
async def list_agreements(
    work: NamedDependency[Work],
    trajectory_id: FromPath[TrajectoryId],
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> AgreementPage:
    """List the agreements of a trajectory, oldest first."""
    page = await agreements.list_agreements(work, trajectory_id, page_request(limit, cursor))
    return AgreementPage([AgreementOut.of(agreement) for agreement in page.items], page.next_cursor)


@get("/agreements/{agreement_id:uuid}", scope="trajectories:read", responses=refuses(AgreementNotFound))
async def read_agreement(work: NamedDependency[Work], agreement_id: FromPath[AgreementId]) -> AgreementTextOut:
    """Read an agreement with its words, and who signed it when."""
    return AgreementTextOut.of(await agreements.get_agreement(work, agreement_id))


@get(
    "/agreements/{agreement_id:uuid}/pdf",
    scope="trajectories:read",
    media_type="application/pdf",
    responses=refuses(AgreementNotFound, AgreementNotSigned),
)
async def read_pdf(
    work: NamedDependency[Work], agreement_id: FromPath[AgreementId], kind: Which = None
) -> Response[bytes]:
    """The agreement as PDF (PDF/A-3, PDF/UA), kept as it was printed when it was issued or signed."""
    return file_response(await agreements.read_print(work, agreement_id, kind))


@post(
    "/agreements/{agreement_id:uuid}/withdraw",
    status_code=200,
    scope="trajectories:write",
    responses=refuses(AgreementNotFound, WrongState, VersionChanged),
)
async def withdraw_agreement(work: NamedDependency[Work], agreement_id: FromPath[AgreementId]) -> AgreementOut:
    """Take back an agreement that was not signed."""
    return AgreementOut.of(await agreements.withdraw_agreement(work, agreement_id))


router = Router(
    "/",
    route_handlers=[
        write_template,
        list_templates,
        read_template,
        read_words,
        issue_agreement,
        list_agreements,
        read_agreement,
        read_pdf,
        withdraw_agreement,
    ],
    tags=["agreements"],
)
