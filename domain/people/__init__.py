"""People: coachees, sponsors who may pay for them, and the consents that coachees give."""

from domain.people.access import let_see as let_see, only_coach as only_coach
from domain.people.coachees import (
    BornToCome as BornToCome,
    CoacheeArchived as CoacheeArchived,
    NewCoachee as NewCoachee,
    NoSuchCoach as NoSuchCoach,
    NotYourCoacheeToGive as NotYourCoacheeToGive,
    archive_coachee as archive_coachee,
    create_coachee as create_coachee,
    entrust as entrust,
    get_coachee as get_coachee,
    invite_coachee as invite_coachee,
    list_coachees as list_coachees,
    must_be_open as must_be_open,
    recipient as recipient,
)
from domain.people.consents import (
    LinkNotFollowed as LinkNotFollowed,
    consents_now as consents_now,
    give_consent as give_consent,
    has_consent as has_consent,
    list_consents as list_consents,
    update_coachee as update_coachee,
    withdraw_consent as withdraw_consent,
)
from domain.people.guardians import (
    GuardianEnded as GuardianEnded,
    GuardianNeeded as GuardianNeeded,
    NewGuardian as NewGuardian,
    NoSuchGuardian as NoSuchGuardian,
    NotAMinor as NotAMinor,
    add_guardian as add_guardian,
    agrees_herself as agrees_herself,
    ask_guardian as ask_guardian,
    end_guardian as end_guardian,
    guardian_of as guardian_of,
    guardian_recipient as guardian_recipient,
    list_guardians as list_guardians,
)
from domain.people.links import CoacheeLink as CoacheeLink, make_link as make_link
from domain.people.model import (
    Audience as Audience,
    Coachee as Coachee,
    CoacheeEmailTaken as CoacheeEmailTaken,
    CoacheeNotFound as CoacheeNotFound,
    Consent as Consent,
    ConsentAlreadyGiven as ConsentAlreadyGiven,
    ConsentNotFound as ConsentNotFound,
    GivenVia as GivenVia,
    Guardian as Guardian,
    GuardianNotFound as GuardianNotFound,
    Purpose as Purpose,
    Relation as Relation,
    SealingKey as SealingKey,
    Sponsor as Sponsor,
    SponsorKind as SponsorKind,
    SponsorNotFound as SponsorNotFound,
)
from domain.people.sealing import (
    TextDestroyed as TextDestroyed,
    destroy_text as destroy_text,
    must_keep_text as must_keep_text,
    open_sealed as open_sealed,
    seal as seal,
    seal_content as seal_content,
    unseal as unseal,
    unseal_content as unseal_content,
)
from domain.people.sessions import (
    CoacheeSession as CoacheeSession,
    NotSignedIn as NotSignedIn,
    SignedIn as SignedIn,
    begin_session as begin_session,
    end_session as end_session,
    end_sessions as end_sessions,
    open_session as open_session,
    rotate_session as rotate_session,
)
from domain.people.sign_ins import (
    SignIn as SignIn,
    SignInOver as SignInOver,
    SignInUnknown as SignInUnknown,
    ask_to_sign_in as ask_to_sign_in,
    get_sign_in as get_sign_in,
    open_sign_in as open_sign_in,
    sign_ins_of as sign_ins_of,
    try_sign_in as try_sign_in,
)
from domain.people.sponsors import (
    InvalidVatNumber as InvalidVatNumber,
    NewSponsor as NewSponsor,
    create_sponsor as create_sponsor,
    get_sponsor as get_sponsor,
    list_sponsors as list_sponsors,
    update_sponsor as update_sponsor,
)
from domain.people.wordings import (
    Wording as Wording,
    WordingNotCurrent as WordingNotCurrent,
    wordings as wordings,
)
