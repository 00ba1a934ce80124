"""People: coachees, sponsors who may pay for them, and the consents that coachees give."""

from domain.people.model import (
    Coachee as Coachee,
    CoacheeEmailTaken as CoacheeEmailTaken,
    CoacheeNotFound as CoacheeNotFound,
    Consent as Consent,
    ConsentAlreadyGiven as ConsentAlreadyGiven,
    ConsentNotFound as ConsentNotFound,
    Purpose as Purpose,
    SealingKey as SealingKey,
    Sponsor as Sponsor,
    SponsorKind as SponsorKind,
    SponsorNotFound as SponsorNotFound,
)
from domain.people.sealing import (
    TextDestroyed as TextDestroyed,
    destroy_text as destroy_text,
    seal as seal,
    unseal as unseal,
    unseal_reading as unseal_reading,
)
