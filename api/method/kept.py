"""What every kind of thing in a coachee's file has on the wire: how it is shown, and its five routes or six."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self, cast

import msgspec
from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import In, Out, PageCursor, PageLimit, Patch, page_request
from api.problems import refuses
from domain import method
from domain.kit.calendar import DayOutOfRange
from domain.kit.errors import DomainError
from domain.kit.ids import CoacheeId, StaffId
from domain.kit.paging import InvalidCursor, Page
from domain.kit.work import VersionChanged, Work
from domain.method import Kind, NotInThisFile, Opened
from domain.people import CoacheeArchived, CoacheeNotFound, TextDestroyed
from domain.trajectories import NotYourCoachee

Archived = Annotated[bool | None, QueryParameter(description="Only archived ones, or only the others")]


class KeptOut(Out, frozen=True, kw_only=True):
    version: int
    coachee_id: CoacheeId
    added_by: StaffId
    added_at: datetime
    archived_at: datetime | None

    @classmethod
    def opened(cls, opened: Opened[Any]) -> Self:
        """The shape that shows a thing together with its private texts and what it is linked to."""
        texts = opened.texts
        return cls(**{n: texts[n] if n in texts else getattr(opened.thing, n) for n in cls.__struct_fields__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One kind of thing on the wire: the shapes it takes there, and what may be refused beyond the usual."""

    kind: Kind[Any]
    noun: str
    id: Any
    body: type[In]
    patch: type[Patch]
    added: type[KeptOut]
    page: type[Any]
    steps: type[Any] | None = None
    refusals: tuple[type[DomainError], ...] = ()
    checks_changes: bool = True

    @property
    def address(self) -> str:
        return self.kind.plural.replace("_", "-")

    def shown(self, page: Page[Opened[Any]]) -> Any:
        """A page of this kind: the type of its items is said where the page is defined."""
        [item] = msgspec.structs.fields(self.page)[0].type.__args__
        return self.page([item.opened(opened) for opened in page.items], page.next_cursor)

    def handlers(self) -> list[HTTPRouteHandler]:
        handlers = [self._add(), self._list(), self._read(), self._change(), self._archive()]
        return [*handlers, self._history()] if self.steps else handlers

    def _add(self) -> HTTPRouteHandler:
        async def add(work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], data: Any) -> Any:
            return self.added.of(await method.add(work, self.kind, coachee_id, msgspec.structs.asdict(data)))

        _told(add, f"add_{self.kind.name}", f"Add {self.noun} of a coachee, as her own coach. Its texts are sealed.")
        add.__annotations__ |= {"data": _body(self.body), "return": self.added}
        usual = (CoacheeNotFound, NotYourCoachee, CoacheeArchived, TextDestroyed, *_by_fields(self.body))
        at = f"/coachees/{{coachee_id:uuid}}/{self.address}"
        return post(at, scope="method:write", responses=refuses(*usual, *self.refusals))(add)

    def _list(self) -> HTTPRouteHandler:
        async def read(
            work: NamedDependency[Work],
            coachee_id: FromPath[CoacheeId],
            archived: Archived = None,
            limit: PageLimit = 20,
            cursor: PageCursor = None,
        ) -> Any:
            asked = page_request(limit, cursor)
            return self.shown(await method.list_all(work, self.kind, coachee_id, asked, archived=archived))

        text = f"Read a coachee's {self._words}, as her own coach. Every reading is kept in the audit trail."
        _told(read, f"list_{self.kind.plural}", text)
        read.__annotations__ |= {"return": self.page}
        at = f"/coachees/{{coachee_id:uuid}}/{self.address}"
        refusals = refuses(CoacheeNotFound, NotYourCoachee, TextDestroyed, InvalidCursor)
        return get(at, scope="method:read", responses=refusals)(read)

    def _read(self) -> HTTPRouteHandler:
        [item] = msgspec.structs.fields(self.page)[0].type.__args__

        async def read(work: NamedDependency[Work], thing_id: Any) -> Any:
            return item.opened(await method.read(work, self.kind, thing_id))

        text = f"Read {self.noun}, as the coachee's own coach. Every reading is kept in the audit trail."
        _told(read, f"read_{self.kind.name}", text)
        read.__annotations__ |= {"thing_id": _from_path(self.id), "return": item}
        refusals = refuses(self.kind.missing, NotYourCoachee, TextDestroyed)
        return get(f"/{self.address}/{{thing_id:uuid}}", scope="method:read", responses=refusals)(read)

    def _change(self) -> HTTPRouteHandler:
        async def change(work: NamedDependency[Work], thing_id: Any, data: Any) -> Any:
            return self.added.of(await method.change(work, self.kind, thing_id, data.changes()))

        text = f"Word {self.noun} anew, or change what is known of it by now."
        _told(change, f"update_{self.kind.name}", text)
        change.__annotations__ |= {
            "thing_id": _from_path(self.id),
            "data": _body(self.patch),
            "return": self.added,
        }
        usual = (self.kind.missing, NotYourCoachee, TextDestroyed, VersionChanged, *_by_fields(self.patch))
        return patch(
            f"/{self.address}/{{thing_id:uuid}}",
            scope="method:write",
            needs_version=True,
            responses=refuses(*usual, *(self.refusals if self.checks_changes else ())),
        )(change)

    def _archive(self) -> HTTPRouteHandler:
        async def archive(work: NamedDependency[Work], thing_id: Any) -> Any:
            return self.added.of(await method.archive(work, self.kind, thing_id))

        _told(archive, f"archive_{self.kind.name}", f"Put {self.noun} away. It can still be read.")
        archive.__annotations__ |= {"thing_id": _from_path(self.id), "return": self.added}
        refusals = refuses(self.kind.missing, NotYourCoachee, TextDestroyed, VersionChanged)
        at = f"/{self.address}/{{thing_id:uuid}}/archive"
        return post(at, status_code=200, scope="method:write", responses=refusals)(archive)

    def _history(self) -> HTTPRouteHandler:
        steps: Any = self.steps
        [item] = msgspec.structs.fields(steps)[0].type.__args__

        async def history(
            work: NamedDependency[Work], thing_id: Any, limit: PageLimit = 20, cursor: PageCursor = None
        ) -> Any:
            page = await method.list_steps(work, self.kind, thing_id, page_request(limit, cursor))
            return steps([item.of(step) for step in page.items], page.next_cursor)

        text = f"Read where {self.noun} has stood, each with its moment, oldest first."
        _told(history, f"list_{self.kind.name}_steps", text)
        history.__annotations__ |= {"thing_id": _from_path(self.id), "return": steps}
        refusals = refuses(self.kind.missing, NotYourCoachee, TextDestroyed, InvalidCursor)
        return get(f"/{self.address}/{{thing_id:uuid}}/history", scope="method:read", responses=refusals)(history)

    @property
    def _words(self) -> str:
        return self.kind.plural.replace("_", " ")


def _by_fields(shape: type[In]) -> list[type[DomainError]]:
    """What a body may be refused for by what its fields are: a link, a day."""
    names = shape.__struct_fields__
    linked = [NotInThisFile] if any(name.endswith(("_id", "_ids")) for name in names) else []
    return [*linked, *([DayOutOfRange] if any(name.endswith("_on") for name in names) else [])]


def _told(handler: Callable[..., Any], name: str, text: str) -> None:
    """What the document says of a route: its operation's id and its text."""
    handler.__name__, handler.__doc__ = name, text


def _body(shape: type[In]) -> Any:
    return cast("Any", JSONBody)[shape]


def _from_path(kind: Any) -> Any:
    return cast("Any", FromPath)[kind]
