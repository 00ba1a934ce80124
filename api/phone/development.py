"""The page of a development plan: while it is a draft she writes on it, and afterwards she keeps it."""

from collections.abc import Mapping
from http import HTTPStatus

from litestar import Response

from api.phone.pages import HEADERS, page
from api.phone.visits import Visit
from api.phone.wording import words
from domain import development
from domain.checkins import Sent
from domain.development import SECTIONS, DevelopmentPlan, DevelopmentPlanState
from domain.kit.ids import DevelopmentPlanId

LONGEST = 4_000
LONGEST_NUMBER = 10
LARGEST_FORM = 200_000  # bytes: six sections, each character as nine


async def show(visit: Visit) -> Response[str]:
    """Her plan as it stands; looking changes nothing."""
    plan = await development.find_plan(visit.work, DevelopmentPlanId(visit.subject_id))
    return await _page(visit, plan, Sent(), saved=False)


async def save(visit: Visit, sent: Sent) -> Response[str]:
    """What she wrote is a revision of hers; where somebody else wrote meanwhile, she is shown both to look at first."""
    plan = await development.find_plan(visit.work, DevelopmentPlanId(visit.subject_id), lock=True)
    if plan.state is not DevelopmentPlanState.DRAFT:
        return await _page(visit, plan, Sent(), saved=False)
    changes = {name: sent.text(name, LONGEST) or "" for name in SECTIONS if name in sent.values}
    if sent.faults:
        return await _page(visit, plan, sent, saved=False)
    if not sent.has("revision", str(plan.revision)):
        return await _both(visit, plan, sent, changes)
    await development.write_on_plan(visit.work, plan.id, changes, revision=plan.revision)
    return await _page(visit, plan, Sent(), saved=True)


async def _both(visit: Visit, plan: DevelopmentPlan, sent: Sent, hers: Mapping[str, str]) -> Response[str]:
    """The page anew, with what stands in the plan by now and what she wrote; kept once she saves that."""
    shown = sent.shown("revision")
    known = shown.isascii() and shown.isdigit() and len(shown) < LONGEST_NUMBER and 0 < int(shown) <= plan.revision
    seen = await development.sections_of(visit.work, plan, int(shown)) if known else {}
    told = await development.sections_of(visit.work, plan)
    both = told | {name: _joined(seen.get(name, ""), told[name], text) for name, text in hers.items()}
    if both == told:  # the same once more, as by a finger that tapped twice
        return await _page(visit, plan, Sent(), saved=True)
    filled = Sent({name: [text] for name, text in both.items()})
    return await _page(visit, plan, filled, saved=False, meanwhile=True)


def _joined(seen: str, told: str, hers: str) -> str:
    """One section of both: what only one of them changed is as she or he wrote it, else hers stands below."""
    if hers in {seen, told}:
        return told
    return hers if told in {seen, ""} else f"{told}\n\n{hers}"


async def read_file(visit: Visit) -> Response[bytes]:
    """Her own copy of a finalised plan."""
    plan = await development.find_plan(visit.work, DevelopmentPlanId(visit.subject_id))
    file = await development.print_for_her(visit.work, plan)
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


async def _page(
    visit: Visit, plan: DevelopmentPlan, sent: Sent, *, saved: bool, meanwhile: bool = False
) -> Response[str]:
    told = await development.sections_of(visit.work, plan)
    said = words(visit.language)
    filled = sent if sent.values else Sent({name: [text] for name, text in told.items()})
    return page(
        "development.html",
        visit.language,
        status=_status(sent, meanwhile=meanwhile),
        draft=plan.state is DevelopmentPlanState.DRAFT,
        saved=saved,
        meanwhile=meanwhile,
        revision=sent.shown("revision") if sent.faults else plan.revision,  # what she had seen when she wrote
        names=SECTIONS,
        most=LONGEST,
        told=told,
        file=f"/d/{visit.token}/pdf",
        sent=filled,
        faults={name: said.fault(name, fault) for name, fault in sent.faults.items()},
    )


def _status(sent: Sent, *, meanwhile: bool) -> HTTPStatus:
    if meanwhile:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK
