"""When answers come, how long they take, and how the share of them moves: pure folds of the ledger."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from domain.checkins import Channel, CheckInState, Kind, Source
from domain.kit.shares import Share, share_of
from domain.progress.ledger import Entry
from domain.progress.survival import Step, Waited, kaplan_meier

K = TypeVar("K")
RESPONDED = (CheckInState.ANSWERED, CheckInState.PARTIAL)
# What she was asked and had her time for; one that she swapped counts as the one that came instead.
ASKED = (*RESPONDED, CheckInState.EXPIRED, CheckInState.DECLINED)
MINUTE = 60
GOAL = 60  # seconds within which a flow is to be done (method.md §3.3)
BINS = (15, 30, 45, 60, 90, 120, 180)  # seconds; what took longer is in one more
WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Latency:
    """Minutes from the sending of a check-in until the first of its answer came in."""

    answers: int
    median: float | None
    p75: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class LatencyOfHour:
    hour: int
    latency: Latency


@dataclass(frozen=True, slots=True)
class LatencyOfChannel:
    channel: Channel
    latency: Latency


@dataclass(frozen=True, slots=True)
class Completion:
    """Seconds from the beginning of an answer until it was written; `counts` has one more than there are bounds."""

    kind: Kind
    answers: int
    median: float | None
    p90: float | None
    within_goal: Share | None
    counts: list[int]


@dataclass(frozen=True, slots=True)
class SevenDays:
    """Of the seven days up to and with that one."""

    day: date
    answer_rate: Share | None


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """What was planned for that day, by slot, and where it stands."""

    day: date
    states: list[CheckInState]


@dataclass(frozen=True, slots=True)
class Timing:
    latency: Latency
    latency_by_hour: list[LatencyOfHour]
    latency_by_channel: list[LatencyOfChannel]
    still_waiting: list[Step]
    completion: list[Completion]
    seven_days: list[SevenDays]
    days: list[LedgerDay]


def timing_of(entries: Sequence[Entry], now: datetime) -> Timing:
    prompted = [one for one in entries if one.source is Source.PROMPTED]
    hours = _grouped(prompted, lambda one: one.sent_hour)
    channels = _grouped(prompted, lambda one: one.channel)
    return Timing(
        latency_of(prompted),
        [LatencyOfHour(hour, latency_of(mine)) for hour, mine in sorted(hours.items()) if latency_of(mine).answers],
        [LatencyOfChannel(channel, latency_of(mine)) for channel, mine in sorted(channels.items())],
        kaplan_meier(waited for one in prompted if (waited := _waited(one, now)) is not None),
        [one for kind in Kind if (one := completion_of(kind, entries)).answers],
        seven_days(prompted, now),
        [
            LedgerDay(day, [one.state for one in mine])
            for day, mine in _grouped(prompted, lambda o: o.local_day).items()
        ],
    )


def _grouped(entries: Iterable[Entry], key: Callable[[Entry], K | None]) -> dict[K, list[Entry]]:
    found: dict[K, list[Entry]] = {}
    for one in entries:
        if (name := key(one)) is not None:
            found.setdefault(name, []).append(one)
    return found


def latency_of(entries: Iterable[Entry]) -> Latency:
    minutes = sorted(
        (one.first_at - one.sent_at).total_seconds() / MINUTE
        for one in entries
        if one.state in RESPONDED and one.first_at is not None and one.sent_at is not None
    )
    return Latency(len(minutes), *(cut(minutes, at) for at in (0.5, 0.75, 0.9)))


def cut(ordered: Sequence[float], share: float) -> float | None:
    """The value below which that share lies, between two neighbours in proportion; of nothing there is none."""
    if not ordered:
        return None
    place, rest = divmod(share * (len(ordered) - 1), 1)
    below = ordered[int(place)]
    return round(below + rest * (ordered[min(int(place) + 1, len(ordered) - 1)] - below), 1)


def _waited(one: Entry, now: datetime) -> Waited | None:
    """Until it was begun; else until it was declined, called off or over, or until now."""
    if one.sent_at is None:
        return None
    if one.first_at is not None and one.state is not CheckInState.DECLINED:
        return Waited(max(0.0, (one.first_at - one.sent_at).total_seconds() / MINUTE), begun=True)
    until = min(one.closed_at or now, one.expires_at, now)
    return Waited(max(0.0, (until - one.sent_at).total_seconds() / MINUTE), begun=False)


def completion_of(kind: Kind, entries: Iterable[Entry]) -> Completion:
    """Where nobody told when she began, nothing is known of how long it took: such an answer is not in it."""
    took = sorted(
        seconds
        for one in entries
        if one.kind is kind and one.state is CheckInState.ANSWERED and (seconds := _seconds(one)) is not None
    )
    bounds = (0, *BINS)
    counts = [sum(low < one <= high for one in took) for low, high in zip(bounds, BINS, strict=False)]
    within = share_of(sum(one <= GOAL for one in took), len(took))
    return Completion(
        kind, len(took), cut(took, 0.5), cut(took, 0.9), within, [*counts, sum(o > BINS[-1] for o in took)]
    )


def _seconds(one: Entry) -> float | None:
    if one.started_at is None or one.answered_at is None:
        return None
    written = None if one.written_at is None else one.written_at - timedelta(seconds=one.clock_ahead or 0)
    seconds = (min(written or one.answered_at, one.answered_at) - one.started_at).total_seconds()
    return seconds if seconds > 0 else None


def seven_days(prompted: Sequence[Entry], now: datetime) -> list[SevenDays]:
    """A day for each from the first that something was asked for, to the last whose answers can be known."""
    known = [one for one in prompted if one.state in ASKED]
    if not known:
        return []
    first, last = known[0].local_day, min(max(one.local_day for one in known), now.date())
    days = [first + timedelta(days=more) for more in range((last - first).days + 1)]
    return [SevenDays(day, rate_of(one for one in known if day - WEEK <= one.local_day <= day)) for day in days]


def rate_of(entries: Iterable[Entry]) -> Share | None:
    """Answered or begun, of all that was asked and whose time is over."""
    asked = [one.state for one in entries if one.state in ASKED]
    return share_of(sum(state in RESPONDED for state in asked), len(asked))
