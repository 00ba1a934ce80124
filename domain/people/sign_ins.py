"""How a coachee comes in: she asks by her e-mail address, and a mail brings her a link and a code, each good once.

The link alone opens only in the browser that asked, which holds a nonce; any other must have the code as well. So a
program that opens links, runs what is on their pages and presses their buttons still does not get in.
"""

import hmac
from datetime import datetime, timedelta

from sqlalchemy import Index, LargeBinary, SmallInteger, bindparam, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import CoacheeId, PracticeId, SignInId, new_id
from domain.kit.secrets import digest
from domain.kit.tables import Table, Tenant, within_practice
from domain.kit.work import Actor, ActorKind, House, Work, begin, find, transaction
from domain.messaging import announce, post
from domain.people.coachees import get_coachee, recipient

PURPOSE = "sign_in"
OPEN = "SELECT practice_id, id, coachee_id FROM {door}(:wanted)"
LINK_LIVES, CODE_LIVES = timedelta(minutes=15), timedelta(minutes=10)
MOST_TRIES = 5  # of the code
MOST_ASKED = 3  # in the life of a link: more mails than that would only fill a mailbox
FORGOTTEN_AFTER = timedelta(days=1)
OBJECTION = timedelta(hours=24)  # how long an address that the practice changed does not let in yet


class SignInUnknown(NotFound):
    """This link to sign in opens nothing."""


class SignInOver(Conflict):
    """This link to sign in was used, or its time has passed."""


class SignIn(Tenant, Table):
    """That a browser asked to come in as this coachee."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        Index("sign_ins_coachee_idx", "practice_id", "coachee_id", "created_at"),
        Index("sign_ins_token_idx", "token_digest"),
        Index("sign_ins_nonce_idx", "nonce_digest"),
    )

    id: Mapped[SignInId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    nonce_digest: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    def over(self, now: datetime) -> bool:
        return self.used_at is not None or now >= self.created_at + LINK_LIVES

    def asked_by(self, nonce: str) -> bool:
        return hmac.compare_digest(self.nonce_digest, digest(nonce))


async def ask_to_sign_in(house: House, email: str, nonce: str) -> None:
    """Mail whoever has this address, in each practice that knows it. The caller never hears whether one does."""
    query = text("SELECT practice_id, coachee_id FROM find_coachees(:email)").bindparams(bindparam("email"))
    async with transaction(house.sessions) as session:
        rows = (await session.execute(query, {"email": email})).all()
    for row in rows:
        actor = Actor(ActorKind.COACHEE, row.coachee_id)
        async with begin(house, PracticeId(row.practice_id), actor) as work:
            await _mail(work, CoacheeId(row.coachee_id), nonce)


async def _mail(work: Work, coachee_id: CoacheeId, nonce: str) -> None:
    coachee = await get_coachee(work, coachee_id, lock=True)
    if coachee.email_changed_at is not None and work.now < coachee.email_changed_at + OBJECTION:
        return
    hers = (SignIn.practice_id == work.practice_id, SignIn.coachee_id == coachee_id)
    await work.session.execute(delete(SignIn).where(*hers, SignIn.created_at < work.now - FORGOTTEN_AFTER))
    recent = select(func.count()).select_from(SignIn).where(*hers, SignIn.created_at > work.now - LINK_LIVES)
    if (await work.session.scalar(recent) or 0) >= MOST_ASKED:
        return
    sign_in_id = SignInId(new_id())
    asked = SignIn(
        practice_id=work.practice_id,
        id=sign_in_id,
        coachee_id=coachee_id,
        token_digest=digest(work.vault.token(PURPOSE, str(sign_in_id))),
        nonce_digest=digest(nonce),
        tries=0,
        created_at=work.now,
    )
    await work.store(asked)
    fact = f"{PURPOSE}:{sign_in_id}"
    good_until = (work.now + CODE_LIVES).isoformat()
    post(work, PURPOSE, recipient(coachee), link=fact, code=fact, good_until=good_until)
    announce(work, "sign_in_asked", coachee_id)


async def open_sign_in(session: AsyncSession, token: str) -> tuple[PracticeId, SignInId, CoacheeId]:
    """What a link to sign in stands for; looking spends nothing."""
    rows = await _found(session, "open_sign_in", token)
    if not rows:
        raise SignInUnknown
    return rows[0]


async def sign_ins_of(session: AsyncSession, nonce: str) -> list[tuple[PracticeId, SignInId, CoacheeId]]:
    """What a browser asked for, in every practice that knows the address: the latest first."""
    return await _found(session, "open_sign_ins_of", nonce)


async def _found(session: AsyncSession, door: str, secret: str) -> list[tuple[PracticeId, SignInId, CoacheeId]]:
    query = text(OPEN.format(door=door)).bindparams(bindparam("wanted"))
    rows = await session.execute(query, {"wanted": digest(secret)})
    return [(PracticeId(row.practice_id), SignInId(row.id), CoacheeId(row.coachee_id)) for row in rows]


async def get_sign_in(work: Work, sign_in_id: SignInId, *, lock: bool = False) -> SignIn:
    asked = await find(work, SignIn, sign_in_id, SignInUnknown, lock=lock)
    if asked.over(work.now):
        raise SignInOver
    return asked


async def try_sign_in(work: Work, sign_in_id: SignInId, *, nonce: str | None, code: str | None) -> bool:
    """Spend the sign-in if this is the browser that asked, or if the code is right; a wrong code counts as a try.

    By the link the nonce is enough. By the code it never is: the caller passes the nonce only with a link.
    """
    asked = await get_sign_in(work, sign_in_id, lock=True)
    if nonce is None or not asked.asked_by(nonce):
        if asked.tries >= MOST_TRIES or work.now >= asked.created_at + CODE_LIVES:
            raise SignInOver
        if code is None:
            return False
        asked.tries += 1
        if not hmac.compare_digest(code.encode(), work.vault.code(PURPOSE, str(sign_in_id)).encode()):
            await work.session.flush()
            return False
    asked.used_at = work.now
    await work.session.flush()
    return True
