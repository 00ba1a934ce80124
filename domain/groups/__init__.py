"""Groups: sessions of one coach with several coachees, seat by seat, and who waits for one."""

from domain.groups.actions import (
    NewGroup as NewGroup,
    cancel_group as cancel_group,
    hold_group as hold_group,
    plan_group as plan_group,
)
from domain.groups.appointments import of_coach as of_coach, of_coachee as of_coachee
from domain.groups.model import (
    AlreadyInGroup as AlreadyInGroup,
    GroupBegun as GroupBegun,
    GroupNotBegun as GroupNotBegun,
    GroupSeat as GroupSeat,
    GroupSeatNotFound as GroupSeatNotFound,
    GroupSession as GroupSession,
    GroupSessionNotFound as GroupSessionNotFound,
    GroupState as GroupState,
    NotTheirTrajectory as NotTheirTrajectory,
    OfferExpired as OfferExpired,
    SeatState as SeatState,
)
from domain.groups.queries import (
    get_group as get_group,
    get_seat as get_seat,
    list_groups as list_groups,
    list_seats as list_seats,
)
from domain.groups.seats import (
    accept_seat as accept_seat,
    decline_seat as decline_seat,
    expire_offer as expire_offer,
    expired_offers as expired_offers,
    join_group as join_group,
    leave_group as leave_group,
    next_offer_expiry_at as next_offer_expiry_at,
)
