"""Schemes as an administrator keeps them, with their funders and issuers."""

import msgspec
from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.fields import PageCursor, PageLimit, page_request
from api.funding.scheme_shapes import (
    CloseSchemeIn,
    FunderIn,
    FunderOut,
    FunderPage,
    FunderPatch,
    IssuerIn,
    IssuerOut,
    IssuerPage,
    IssuerPatch,
    SchemeIn,
    SchemeOut,
    SchemePage,
    SchemePatch,
)
from api.problems import refuses
from domain import funding
from domain.funding import (
    FunderNameTaken,
    FunderNotFound,
    IssuerNameTaken,
    IssuerNotFound,
    OneOwnShare,
    SchemeCodeTaken,
    SchemeEndsBeforeStart,
    SchemeInUse,
    SchemeNotFound,
    SchemesOverlap,
)
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import FunderId, IssuerId, SchemeId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work

SETTING = (FunderNotFound, IssuerNotFound, OneOwnShare, SchemeEndsBeforeStart, DayOutOfRange)


@get("/schemes", scope="funding:read", responses=refuses(InvalidCursor))
async def list_schemes(work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None) -> SchemePage:
    """List the cheque schemes, oldest first. A cheque takes the scheme of the day on which it was ordered."""
    page = await funding.list_schemes(work, page_request(limit, cursor))
    return SchemePage([SchemeOut.of(scheme) for scheme in page.items], page.next_cursor)


@get("/schemes/{scheme_id:uuid}", scope="funding:read", responses=refuses(SchemeNotFound))
async def read_scheme(work: NamedDependency[Work], scheme_id: FromPath[SchemeId]) -> SchemeOut:
    """Read one scheme, with where its figures were read and how sure they are."""
    return SchemeOut.of(await funding.get_scheme(work, scheme_id))


@post("/schemes", scope="practice:write", responses=refuses(SchemeCodeTaken, *SETTING))
async def add_scheme(work: NamedDependency[Work], data: JSONBody[SchemeIn]) -> SchemeOut:
    """Add a scheme. It is planned, and takes no cheques until it is activated."""
    return SchemeOut.of(await funding.add_scheme(work, data.values()))


@patch(
    "/schemes/{scheme_id:uuid}",
    scope="practice:write",
    needs_version=True,
    responses=refuses(SchemeNotFound, *SETTING, SchemesOverlap, SchemeInUse, VersionChanged),
)
async def update_scheme(
    work: NamedDependency[Work], scheme_id: FromPath[SchemeId], data: JSONBody[SchemePatch]
) -> SchemeOut:
    """Correct a scheme or fill in what was unknown; null says that a figure is not known.

    Cheques keep their scheme: what becomes known of it is from then on known for them too. Another value for what was
    known is refused without a reason once cheques rest on it."""
    return SchemeOut.of(await funding.update_scheme(work, scheme_id, data.values(), reason=data.why()))


@post(
    "/schemes/{scheme_id:uuid}/activate",
    status_code=200,
    scope="practice:write",
    responses=refuses(SchemeNotFound, SchemesOverlap, WrongState, VersionChanged),
)
async def activate_scheme(work: NamedDependency[Work], scheme_id: FromPath[SchemeId]) -> SchemeOut:
    """Let a planned scheme come into force; refused where another holds on one of its days."""
    return SchemeOut.of(await funding.activate_scheme(work, scheme_id))


@post(
    "/schemes/{scheme_id:uuid}/close",
    status_code=200,
    scope="practice:write",
    responses=refuses(SchemeNotFound, SchemesOverlap, SchemeEndsBeforeStart, DayOutOfRange, WrongState, VersionChanged),
)
async def close_scheme(
    work: NamedDependency[Work], scheme_id: FromPath[SchemeId], data: JSONBody[CloseSchemeIn]
) -> SchemeOut:
    """End a scheme. A cheque ordered after that day does not come under it; those under it stay."""
    return SchemeOut.of(await funding.close_scheme(work, scheme_id, data.valid_to))


@get("/funders", scope="funding:read", responses=refuses(InvalidCursor))
async def list_funders(work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None) -> FunderPage:
    """List the funders, in the order in which they were added."""
    page = await funding.list_funders(work, page_request(limit, cursor))
    return FunderPage([FunderOut.of(funder) for funder in page.items], page.next_cursor)


@get("/funders/{funder_id:uuid}", scope="funding:read", responses=refuses(FunderNotFound))
async def read_funder(work: NamedDependency[Work], funder_id: FromPath[FunderId]) -> FunderOut:
    """Read one funder, and how it settles as far as that is known."""
    return FunderOut.of(await funding.get_funder(work, funder_id))


@post("/funders", scope="practice:write", responses=refuses(FunderNameTaken))
async def add_funder(work: NamedDependency[Work], data: JSONBody[FunderIn]) -> FunderOut:
    """Add a funder."""
    return FunderOut.of(await funding.add_funder(work, msgspec.structs.asdict(data)))


@patch(
    "/funders/{funder_id:uuid}",
    scope="practice:write",
    needs_version=True,
    responses=refuses(FunderNotFound, FunderNameTaken, VersionChanged),
)
async def update_funder(
    work: NamedDependency[Work], funder_id: FromPath[FunderId], data: JSONBody[FunderPatch]
) -> FunderOut:
    """Change a funder, or fill in how it settles."""
    return FunderOut.of(await funding.update_funder(work, funder_id, data.changes()))


@get("/issuers", scope="funding:read", responses=refuses(InvalidCursor))
async def list_issuers(work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None) -> IssuerPage:
    """List the issuers of cheques, in the order in which they were added."""
    page = await funding.list_issuers(work, page_request(limit, cursor))
    return IssuerPage([IssuerOut.of(issuer) for issuer in page.items], page.next_cursor)


@get("/issuers/{issuer_id:uuid}", scope="funding:read", responses=refuses(IssuerNotFound))
async def read_issuer(work: NamedDependency[Work], issuer_id: FromPath[IssuerId]) -> IssuerOut:
    """Read one issuer."""
    return IssuerOut.of(await funding.get_issuer(work, issuer_id))


@post("/issuers", scope="practice:write", responses=refuses(IssuerNameTaken))
async def add_issuer(work: NamedDependency[Work], data: JSONBody[IssuerIn]) -> IssuerOut:
    """Add an issuer of cheques."""
    return IssuerOut.of(await funding.add_issuer(work, msgspec.structs.asdict(data)))


@patch(
    "/issuers/{issuer_id:uuid}",
    scope="practice:write",
    needs_version=True,
    responses=refuses(IssuerNotFound, IssuerNameTaken, VersionChanged),
)
async def update_issuer(
    work: NamedDependency[Work], issuer_id: FromPath[IssuerId], data: JSONBody[IssuerPatch]
) -> IssuerOut:
    """Change an issuer. Its cheques show the new name."""
    return IssuerOut.of(await funding.update_issuer(work, issuer_id, data.changes()))


router = Router(
    "/",
    tags=["funding"],
    route_handlers=[
        list_schemes,
        read_scheme,
        add_scheme,
        update_scheme,
        activate_scheme,
        close_scheme,
        list_funders,
        read_funder,
        add_funder,
        update_funder,
        list_issuers,
        read_issuer,
        add_issuer,
        update_issuer,
    ],
)
