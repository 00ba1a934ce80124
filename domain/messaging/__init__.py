"""M."""

from domain.messaging.events import Event as Event, announce as announce, list_events as list_events
from domain.messaging.languages import Language as Language
from domain.messaging.outbox import (
    Message as Message,
    MessageNotFound as MessageNotFound,
    MessageState as MessageState,
    Recipient as Recipient,
    list_messages as list_messages,
    post as post,
    retry_message as retry_message,
)
