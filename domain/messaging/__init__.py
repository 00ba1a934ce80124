"""Messaging: what leaves the house, events for integrators and mails to people, with their words and delivery."""

from domain.messaging.channels import (
    Attachment as Attachment,
    FileMailer as FileMailer,
    Mail as Mail,
    MailDeferred as MailDeferred,
    Mailer as Mailer,
    MailerUnreachable as MailerUnreachable,
    MailNotSent as MailNotSent,
    MailRefused as MailRefused,
    MemoryMailer as MemoryMailer,
    SmtpMailer as SmtpMailer,
    Tls as Tls,
)
from domain.messaging.delivery import (
    Delivery as Delivery,
    SenderSettings as SenderSettings,
    deliver_due as deliver_due,
    next_delivery_at as next_delivery_at,
)
from domain.messaging.events import Event as Event, announce as announce, list_events as list_events
from domain.messaging.languages import (
    FALLBACK as FALLBACK,
    SHIPPED as SHIPPED,
    Language as Language,
    missing_in as missing_in,
    read_worded as read_worded,
    spoken_text as spoken_text,
)
from domain.messaging.outbox import (
    Message as Message,
    MessageNotFound as MessageNotFound,
    MessageState as MessageState,
    Recipient as Recipient,
    cancel_messages as cancel_messages,
    list_messages as list_messages,
    post as post,
    post_once as post_once,
    retry_message as retry_message,
)
from domain.messaging.pausing import open_pause as open_pause, pause_page as pause_page
from domain.messaging.templates import (
    Wording as Wording,
    WordingMissing as WordingMissing,
    render as render,
    term as term,
)
