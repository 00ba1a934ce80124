"""What is offered and what is booked are two roads through the same arithmetic: they must come out alike."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings, strategies as st

from domain import availability
from domain.availability import BookingRules, Calendar, CoachHours, ExceptionKind, Hours, SessionType, Stretch
from domain.availability.windows import Exceptional
from domain.kit.calendar import end_of_day, existing_instant, instant
from domain.kit.errors import Invalid
from domain.kit.ids import StaffId, new_id
from domain.trajectories.free_starts import starts_of

ZONE = "Europe/Brussels"
# Ordinary days, a holiday, and those on which the clock changes; now is a day before the first.
DAYS = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 5, 1), date(2026, 10, 25), date(2026, 10, 26)]
NOW = datetime(2026, 3, 27, 12, tzinfo=UTC)
COACH = StaffId(new_id())
TYPES = {key: SessionType(key, {}, (60, 90), "guidance") for key in ("intro", "guidance")}
BEGINS, LONG = st.integers(0, 21), st.integers(1, 3)


@st.composite
def weeks(draw: st.DrawFn) -> Hours:
    begin, kinds = draw(BEGINS), draw(st.none() | st.sets(st.sampled_from(sorted(TYPES)), min_size=1))
    zone = draw(st.sampled_from([None, "Europe/London"]))
    to_time = time(begin + draw(st.integers(1, 2)), 30)
    return Hours(draw(st.integers(1, 7)), time(begin), to_time, zone, kinds and frozenset(kinds))


@st.composite
def exceptions(draw: st.DrawFn) -> Exceptional:
    kind, day, begin = draw(st.sampled_from(ExceptionKind)), draw(st.sampled_from(DAYS)), draw(BEGINS)
    if kind is ExceptionKind.OFF and draw(st.booleans()):
        return Exceptional(kind, day, day, None, None)
    return Exceptional(kind, day, day, time(begin), time(begin + 2))


@st.composite
def rules(draw: st.DrawFn) -> BookingRules:
    return BookingRules(
        zone=ZONE,
        grid_minutes=draw(st.sampled_from([15, 20, 25, 30, 60])),
        notice_minutes=draw(st.sampled_from([0, 90, 1440])),
        horizon_days=draw(st.sampled_from([30, 365])),
        buffer=timedelta(minutes=draw(st.sampled_from([0, 10, 30]))),
        cancel_free_hours=24,
        version=1,
        holidays={date(2026, 5, 1): "Dag van de Arbeid"} if draw(st.booleans()) else {},
    )


def stretches(day: date) -> st.SearchStrategy[list[Stretch]]:
    begins = st.integers(0, 24 * 12 - 1).map(lambda fives: instant(day, time(), ZONE) + timedelta(minutes=5 * fives))
    one = st.tuples(begins, LONG).map(lambda it: Stretch(it[0], it[0] + timedelta(minutes=25 * it[1])))
    return st.lists(one, max_size=4)


def meets(one: Stretch, other: Stretch) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


@settings(max_examples=100, deadline=None)
@given(st.data(), rules(), st.lists(weeks(), max_size=6), st.lists(exceptions(), max_size=3))
def test_every_start_that_is_offered_is_taken_and_no_other(data, rules, week, off_and_extra):
    """`of_coach` keeps its buffer, what is in the room or with the coachee needs none."""
    first, key = data.draw(st.sampled_from(DAYS)), data.draw(st.sampled_from(sorted(TYPES)))
    last = first + timedelta(days=data.draw(st.integers(0, 1)))
    of_coach, of_others = data.draw(stretches(first)), data.draw(stretches(last))
    calendar = Calendar(rules, {COACH: CoachHours(tuple(week), tuple(off_and_extra))}, TYPES)
    length = timedelta(minutes=data.draw(st.sampled_from([60, 90])))
    within = Stretch(instant(first, time(), ZONE), end_of_day(last, ZONE))
    taken = [*availability.widen(of_coach, rules.buffer), *of_others]
    dial = availability.dial_of(rules, first, last)
    found = starts_of(calendar, dial, COACH, TYPES[key], within, taken, length, NOW)

    def booked(day: date, at: time) -> bool:
        try:
            begins = existing_instant(day, at, ZONE, field="time")
            span = Stretch(begins, begins + length)
            availability.must_be_open(rules, calendar.hours[COACH], TYPES[key], span, NOW)
        except Invalid:
            return False
        return not any(meets(span, one) for one in taken)

    on_grid = [time(*divmod(minute, 60)) for minute in range(0, 24 * 60, rules.grid_minutes)]
    wanted = [(day, f"{at:%H:%M}") for day in sorted({first, last}) for at in on_grid if booked(day, at)]
    assert [(one.day, one.time) for one in found] == wanted
    assert all(f"{one.starts_at:%Y-%m-%d %H:%M}" == f"{one.day} {one.time}" for one in found)
