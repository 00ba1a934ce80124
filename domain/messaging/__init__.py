"""Messaging: what leaves the house, events for integrators and mails to people, with their words and delivery."""

from domain.messaging.attempts import (
    Attempt as Attempt,
    ChannelHealth as ChannelHealth,
    Outcome as Outcome,
    attempts_about as attempts_about,
    attempts_for as attempts_for,
    health_of as health_of,
)
from domain.messaging.channels import (
    Attachment as Attachment,
    Channel as Channel,
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
from domain.messaging.couriers import Courier as Courier, Reply as Reply, Unreachable as Unreachable
from domain.messaging.delivery import (
    Delivery as Delivery,
    Way as Way,
    carry_due as carry_due,
    deliver_due as deliver_due,
    next_delivery_at as next_delivery_at,
)
from domain.messaging.events import (
    Event as Event,
    News as News,
    announce as announce,
    announce_many as announce_many,
    list_events as list_events,
)
from domain.messaging.gateways import (
    SMS_BODY as SMS_BODY,
    FileTexter as FileTexter,
    GatewayTexter as GatewayTexter,
    MemoryTexter as MemoryTexter,
    Text as Text,
    Texter as Texter,
)
from domain.messaging.gsm import fits as fits
from domain.messaging.languages import (
    AS_SPOKEN as AS_SPOKEN,
    FALLBACK as FALLBACK,
    SHIPPED as SHIPPED,
    Language as Language,
    missing_in as missing_in,
    read_worded as read_worded,
    spoken_text as spoken_text,
    unspoken_in as unspoken_in,
)
from domain.messaging.mailing import MailWay as MailWay, SenderSettings as SenderSettings, page_of as page_of
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
from domain.messaging.push_service import Browser as Browser, Pushed as Pushed, PushService as PushService
from domain.messaging.templates import (
    Notice as Notice,
    Wording as Wording,
    WordingMissing as WordingMissing,
    render as render,
    render_notice as render_notice,
    render_text as render_text,
    term as term,
)
from domain.messaging.webpush import (
    PushKeysUnusable as PushKeysUnusable,
    PushTooLarge as PushTooLarge,
    Receiver as Receiver,
    encrypt as encrypt,
    public_key as public_key,
    signed_by as signed_by,
)
