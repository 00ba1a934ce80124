"""The page of a development plan: while it is a draft she writes on it, and afterwards she keeps it."""

from http import HTTPStatus

from litestar import Response

from api.phone.pages import HEADERS, message, page
from api.phone.visits import Visit
from api.phone.wording import words
from domain import development
from domain.checkins import Sent
from domain.development import SECTIONS, DevelopmentPlan, DevelopmentPlanState
from domain.kit.ids import DevelopmentPlanId

LONGEST = 4_000
LARGEST_FORM = 200_000  # bytes: six sections, each character as nine


async def show(visit: Visit) -> Response[str]:
    """Her plan as it stands; looking changes nothing."""
    plan = await development.find_plan(visit.work, DevelopmentPlanId(visit.subject_id))
    return await _page(visit, plan, Sent(), saved=False)


async def save(visit: Visit, sent: Sent) -> Response[str]:
    """What she wrote is a revision of hers, if nobody wrote meanwhile."""
    plan = await development.find_plan(visit.work, DevelopmentPlanId(visit.subject_id), lock=True)
    if plan.state is not DevelopmentPlanState.DRAFT:
        return await _page(visit, plan, Sent(), saved=False)
    changes = {name: sent.text(name, LONGEST) or "" for name in SECTIONS if name in sent.values}
    if sent.faults:
        return await _page(visit, plan, sent, saved=False)
    if not sent.has("revision", str(plan.revision)):
        return message("plan_written_meanwhile", visit.language, status=HTTPStatus.CONFLICT)
    await development.write_on_plan(visit.work, plan.id, changes, revision=plan.revision)
    return await _page(visit, plan, Sent(), saved=True)


async def read_file(visit: Visit) -> Response[bytes]:
    """Her own copy of a finalised plan."""
    plan = await development.find_plan(visit.work, DevelopmentPlanId(visit.subject_id))
    file = await development.print_for_her(visit.work, plan)
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


async def _page(visit: Visit, plan: DevelopmentPlan, sent: Sent, *, saved: bool) -> Response[str]:
    told = await development.sections_of(visit.work, plan)
    said = words(visit.language)
    filled = sent if sent.values else Sent({name: [text] for name, text in told.items()})
    return page(
        "development.html",
        visit.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK,
        draft=plan.state is DevelopmentPlanState.DRAFT,
        saved=saved,
        revision=plan.revision,
        names=SECTIONS,
        most=LONGEST,
        told=told,
        file=f"/d/{visit.token}/pdf",
        sent=filled,
        faults={name: said.fault(name, fault) for name, fault in sent.faults.items()},
    )
