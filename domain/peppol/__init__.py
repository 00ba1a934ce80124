"""Peppol: issued e-invoices on their way to businesses and public bodies, and what became of each."""

from domain.peppol.access_points import (
    AccessPoint as AccessPoint,
    AccessPointUnreachable as AccessPointUnreachable,
    FolderAccessPoint as FolderAccessPoint,
    MemoryAccessPoint as MemoryAccessPoint,
    NoAccessPoint as NoAccessPoint,
    NotTransmitted as NotTransmitted,
    Outgoing as Outgoing,
    Progress as Progress,
    Standing as Standing,
    TransmissionDeferred as TransmissionDeferred,
)
from domain.peppol.actions import (
    get_dispatch as get_dispatch,
    hear as hear,
    list_dispatches as list_dispatches,
    send_again as send_again,
)
from domain.peppol.dispatching import (
    Dispatched as Dispatched,
    dispatch_due as dispatch_due,
    next_dispatch_at as next_dispatch_at,
)
from domain.peppol.model import (
    Dispatch as Dispatch,
    DispatchState as DispatchState,
    NotForPeppol as NotForPeppol,
)
