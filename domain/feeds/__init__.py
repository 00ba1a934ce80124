"""Feeds: calendars that people subscribe to by a secret address, which can be revoked."""

from domain.feeds.actions import create_feed as create_feed, revoke_feed as revoke_feed
from domain.feeds.calendars import FeedCalendar as FeedCalendar, read_calendar as read_calendar
from domain.feeds.model import (
    Feed as Feed,
    FeedNotFound as FeedNotFound,
    FeedUnknown as FeedUnknown,
    Titles as Titles,
)
from domain.feeds.queries import list_feeds as list_feeds
