"""Which qualities a question offers: where she is signed in her own come first, else those of the catalogue alone."""

from dataclasses import dataclass

from api.phone.visits import Visit
from domain import checkins, method
from domain.checkins import CheckIn, Sent, Words
from domain.method import HerQuality

KEYS, IN_WORDS = "qualities", "own_quality"


@dataclass(frozen=True, slots=True)
class Chip:
    """A quality to tick: by its key in the catalogue, or in her own words."""

    name: str
    value: str
    label: str
    id: str


async def offer(visit: Visit, check_in: CheckIn, sent: Sent, labels: Words) -> list[Chip]:
    """The handful of this check-in, and whatever else was ticked on another version of the page."""
    hers = [
        (KEYS, one.key) if one.key and one.key in labels else (IN_WORDS, one.label)
        for one in await _hers(visit, check_in)
    ]
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


async def _hers(visit: Visit, check_in: CheckIn) -> list[HerQuality]:
    """The quality that her coach pinned."""
    pinned = checkins.pinned_quality(check_in)
    if not visit.signed_in or pinned is None:
        return []
    found = await method.her_quality(visit.work, visit.coachee.id, pinned, visit.language)
    return [] if found is None else [found]
