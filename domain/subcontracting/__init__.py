"""Subcontracting: what coaches who work for the practice earn of the sessions they held, and the invoice of it."""

from domain.subcontracting.model import (
    CoachShare as CoachShare,
    NothingToSettle as NothingToSettle,
    OneShare as OneShare,
    SessionAlreadySettled as SessionAlreadySettled,
    ShareDayTaken as ShareDayTaken,
)
from domain.subcontracting.self_billing import Wanted as Wanted, bill_statement as bill_statement
from domain.subcontracting.shares import agree_share as agree_share, list_shares as list_shares
from domain.subcontracting.statements import (
    Basis as Basis,
    Earned as Earned,
    Statement as Statement,
    read_statement as read_statement,
)
