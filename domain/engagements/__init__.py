"""Engagements: what a practice offers, as templates from which a trajectory starts in one call."""

from domain.engagements.actions import (
    NewTemplate as NewTemplate,
    NoSuchTemplate as NoSuchTemplate,
    SessionsExceedPlan as SessionsExceedPlan,
    Start as Start,
    Started as Started,
    archive_template as archive_template,
    create_template as create_template,
    get_template as get_template,
    list_templates as list_templates,
    settings_of as settings_of,
    start_from_template as start_from_template,
    update_template as update_template,
)
from domain.engagements.model import (
    CheckInSettings as CheckInSettings,
    EngagementTemplate as EngagementTemplate,
    PlannedSession as PlannedSession,
    TemplateArchived as TemplateArchived,
    TemplateNotFound as TemplateNotFound,
)
