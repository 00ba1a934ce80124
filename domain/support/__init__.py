"""Support: when it is not going well. Help lines, no obstacles for a while, her coach only if she says so."""

from domain.support.actions import (
    acknowledge_alert as acknowledge_alert,
    ask_for_help as ask_for_help,
    look_after as look_after,
)
from domain.support.model import (
    SupportAlertNotFound as SupportAlertNotFound,
    SupportEvent as SupportEvent,
    Trigger as Trigger,
)
from domain.support.queries import list_alerts as list_alerts
