"""Which qualities a question offers: where she is signed in her own come first, else those of the catalogue alone."""

from collections import Counter
from dataclasses import dataclass
from typing import TypeAlias

from api.phone.visits import Visit
from domain import checkins, method
from domain.checkins import CheckIn, Sent, Words
from domain.method import HerQuality

KEYS, IN_WORDS = "qualities", "own_quality"
OWN = 6  # of hers at the most, so that two of the catalogue show her another
Named: TypeAlias = tuple[str, str]  # the field, and what it says


@dataclass(frozen=True, slots=True)
class Chip:
    """A quality to tick: by its key in the catalogue, or in her own words."""

    name: str
    value: str
    label: str
    id: str


async def offer(visit: Visit, check_in: CheckIn, sent: Sent, labels: Words) -> list[Chip]:
    """The handful of this check-in, and whatever else was ticked on another version of the page."""
    hers = await _hers(visit, check_in, labels) if visit.signed_in else []
    some = [(KEYS, key) for key in checkins.offered_qualities(check_in.id)]
    shown = list(dict.fromkeys([*hers, *some]))[: checkins.QUALITIES_SHOWN]
    ticked = [(KEYS, key) for key in sorted(set(sent.values.get(KEYS, ())) & labels.keys())]
    ticked += [(IN_WORDS, words) for words in sent.values.get(IN_WORDS, ()) if words.strip()]
    chips: list[Chip] = []
    for name, value in dict.fromkeys([*shown, *ticked]):
        place = sum(one.name == name for one in chips)
        own_id = name if not place else f"{name}-{value if name == KEYS else place}"
        chips.append(Chip(name, value, labels.get(value, value) if name == KEYS else value, own_id))
    return chips


async def _hers(visit: Visit, check_in: CheckIn, labels: Words) -> list[Named]:
    """Her six: what her coach pinned, what she saw in herself most often of late, and what else she knows as hers."""
    work, coachee_id = visit.work, visit.coachee.id
    pinned = checkins.pinned_quality(check_in)
    first = None if pinned is None else await method.her_quality(work, coachee_id, pinned, visit.language)
    seen: Counter[Named] = Counter()
    for success in await checkins.list_successes(work, coachee_id):
        for told in success.qualities:
            seen.update([(KEYS, told)] if told in labels else [(IN_WORDS, one) for one in told.split(", ")])
    known = await method.her_qualities(work, coachee_id, visit.language, OWN)
    named = [_named(first, labels)] if first else []
    named += [one for one, _ in seen.most_common(OWN)] + [_named(one, labels) for one in known]
    return list(dict.fromkeys(named))[:OWN]


def _named(quality: HerQuality, labels: Words) -> Named:
    return (KEYS, quality.key) if quality.key and quality.key in labels else (IN_WORDS, quality.label)
