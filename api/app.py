"""Build the web application out of what it is given; it opens nothing itself."""

from itertools import chain
from typing import Any

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import DefineMiddleware

from api import documentation, problems
from api.agreements import routes as agreement_routes
from api.assignments import routes as assignment_routes
from api.auth import check_scopes_named
from api.availability import routes as availability_routes
from api.checkins import answer_routes, change_routes, question_routes, routes as checkin_routes
from api.conditional import add_etag
from api.development import routes as development_routes
from api.digests import routes as digest_routes
from api.door import Door
from api.engagements import routes as engagement_routes
from api.feeds import routes as feed_routes
from api.funding import (
    attest_routes,
    eligibility_routes,
    package_routes,
    registration_routes,
    routes as funding_routes,
    scheme_routes,
    settlement_routes,
    source_routes,
    warning_routes,
)
from api.groups import routes as group_routes
from api.health import routes as health
from api.invoicing import routes as invoicing_routes
from api.limits import Limiter
from api.messaging import demonstration, routes as messaging_routes
from api.method import routes as method_routes
from api.options import Options
from api.payments import (
    bank_routes,
    instalment_routes,
    late_routes,
    reminder_routes,
    routes as payment_routes,
    statement_routes,
)
from api.people import routes as people_routes
from api.peppol import callbacks as peppol_callbacks, routes as peppol_routes
from api.phone import (
    app_files,
    channels,
    channels_api,
    entrance,
    own_api,
    personal,
    progress as own_progress,
    routes as phone_routes,
    texts,
)
from api.practice import routes as practice_routes
from api.progress import routes as progress_routes
from api.reporting import dashboard_routes, export_routes, routes as reporting_routes
from api.requests import StrictRequest
from api.research import routes as research_routes
from api.subcontracting import routes as subcontracting_routes
from api.support import keeping_routes, routes as support_routes
from api.teams import routes as team_routes
from api.trajectories import routes as trajectory_routes
from api.unit import UnitOfWork, provide_reading, provide_work
from domain.kit.work import House
from domain.practice import ALL_SCOPES

LARGEST_BODY = 1_000_000  # bytes

SLICES: tuple[Router, ...] = (
    practice_routes.router,
    messaging_routes.router,
    people_routes.router,
    availability_routes.router,
    trajectory_routes.router,
    feed_routes.router,
    method_routes.router,
    team_routes.router,
    assignment_routes.router,
    checkin_routes.router,
    answer_routes.router,
    change_routes.router,
    digest_routes.router,
    question_routes.router,
    progress_routes.router,
    scheme_routes.router,
    support_routes.router,
    keeping_routes.router,
    agreement_routes.router,
    development_routes.router,
    funding_routes.router,
    warning_routes.router,
    group_routes.router,
    engagement_routes.router,
    registration_routes.router,
    settlement_routes.router,
    package_routes.router,
    eligibility_routes.router,
    source_routes.router,
    attest_routes.router,
    subcontracting_routes.router,
    invoicing_routes.router,
    peppol_routes.router,
    payment_routes.router,
    statement_routes.router,
    bank_routes.router,
    reporting_routes.router,
    dashboard_routes.router,
    export_routes.router,
    research_routes.router,
    instalment_routes.router,
    late_routes.router,
    reminder_routes.router,
)
PUBLISHED: tuple[Router, ...] = (Router("/v1", route_handlers=list(SLICES)), health.router)


def create_app(house: House, options: Options | None = None, *, routers: tuple[Router, ...] = PUBLISHED) -> Door:
    """The API over a house. `litestar` of the result is the application without its outermost layer.

    It sends no CORS headers: no page of another site may call it with a visitor's key.
    """
    chosen = options or Options()
    litestar = Litestar(
        route_handlers=[
            *routers,
            documentation.router,
            phone_routes.router,
            app_files.router,
            entrance.router,
            personal.router,
            own_api.router,
            own_progress.pages,
            own_progress.in_json,
            channels.router,
            channels_api.router,
            texts.router,
            feed_routes.calendars,
            export_routes.downloads,
            peppol_callbacks.callbacks,
            research_routes.downloads,
            *((demonstration.router,) if chosen.test_mode else ()),
        ],
        dependencies={
            "work": Provide(provide_work, sync_to_thread=False),
            "reading": Provide(provide_reading, sync_to_thread=False),
        },
        middleware=[DefineMiddleware(UnitOfWork, limiter=Limiter(chosen.requests_per_minute))],
        after_request=add_etag,
        exception_handlers=problems.HANDLERS,
        request_class=StrictRequest,
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        state=State({"house": house, "options": chosen, "routers": routers}),
        logging_config=None,
        debug=False,
    )
    check_scopes_named(http_handlers(litestar), ALL_SCOPES)
    return Door(litestar)


def http_handlers(litestar: Litestar) -> list[HTTPRouteHandler]:
    handlers: Any = chain.from_iterable(getattr(route, "route_handlers", ()) for route in litestar.routes)
    return [handler for handler in handlers if isinstance(handler, HTTPRouteHandler)]
