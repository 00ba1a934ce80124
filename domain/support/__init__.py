"""Support: when it is not going well. Help lines, no obstacles for a while, her coach only if she says so."""

from domain.support.actions import (
    acknowledge_alert as acknowledge_alert,
    ask_for_help as ask_for_help,
    look_after as look_after,
    note_help_opened as note_help_opened,
    note_outcome as note_outcome,
)
from domain.support.keeping import (
    BackupNotAppointed as BackupNotAppointed,
    KeptLine as KeptLine,
    SupportBackup as SupportBackup,
    appoint_backup as appoint_backup,
    dismiss_backup as dismiss_backup,
    drop_line as drop_line,
    get_backup as get_backup,
    keep_line as keep_line,
    list_lines as list_lines,
)
from domain.support.model import (
    SupportAlertNotFound as SupportAlertNotFound,
    SupportEvent as SupportEvent,
    Trigger as Trigger,
)
from domain.support.passing_on import (
    due_alerts as due_alerts,
    forget_flags as forget_flags,
    next_forgetting_at as next_forgetting_at,
    next_passing_on_at as next_passing_on_at,
    pass_on as pass_on,
)
from domain.support.queries import OpenAlert as OpenAlert, list_alerts as list_alerts, read_alert as read_alert
from domain.support.resources import (
    HelpLine as HelpLine,
    KeptBy as KeptBy,
    LineLanguageTwice as LineLanguageTwice,
    SupportResource as SupportResource,
    SupportResourceNotFound as SupportResourceNotFound,
    VerifiedInFuture as VerifiedInFuture,
    for_reader as for_reader,
    shipped as shipped,
)
from domain.support.rules import deadline as deadline
from domain.support.words import words as words
