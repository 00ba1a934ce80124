"""People: coachees, sponsors who may pay for them, and the consents that coachees give."""

from domain.people.access import let_see as let_see, only_coach as only_coach
from domain.people.ages import AgeContradicted as AgeContradicted, agrees_herself as agrees_herself
from domain.people.channels import (
    ChannelNotInUse as ChannelNotInUse,
    ChannelNow as ChannelNow,
    Channels as Channels,
    EmailStays as EmailStays,
    SmsNotOffered as SmsNotOffered,
    Ways as Ways,
    channels_of as channels_of,
    confirm_push as confirm_push,
    confirm_sms as confirm_sms,
    notify as notify,
    switch_off as switch_off,
    switch_push_off as switch_push_off,
    switch_push_on as switch_push_on,
    switch_sms_on as switch_sms_on,
    try_channel as try_channel,
    ways_to as ways_to,
)
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
    move_coachee as move_coachee,
    must_be_open as must_be_open,
    recipient as recipient,
)
from domain.people.consents import (
    WITH_A_DEVICE as WITH_A_DEVICE,
    LinkNotFollowed as LinkNotFollowed,
    agree_once as agree_once,
    consents_now as consents_now,
    give_consent as give_consent,
    has_consent as has_consent,
    list_consents as list_consents,
    open_to_agree as open_to_agree,
    update_coachee as update_coachee,
    withdraw_consent as withdraw_consent,
    withdraw_purpose as withdraw_purpose,
)
from domain.people.endpoints import (
    PEPPOL_LISTS as PEPPOL_LISTS,
    InvalidPeppolEndpoint as InvalidPeppolEndpoint,
)
from domain.people.growing_up import come_of_age as come_of_age, due_birthdays as due_birthdays
from domain.people.guardians import (
    GuardianEnded as GuardianEnded,
    GuardianNeeded as GuardianNeeded,
    NewGuardian as NewGuardian,
    NoSuchGuardian as NoSuchGuardian,
    NotAMinor as NotAMinor,
    add_guardian as add_guardian,
    ask_guardian as ask_guardian,
    end_guardian as end_guardian,
    get_guardian as get_guardian,
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
    PushSubscription as PushSubscription,
    Relation as Relation,
    SealingKey as SealingKey,
    Sponsor as Sponsor,
    SponsorKind as SponsorKind,
    SponsorNotFound as SponsorNotFound,
)
from domain.people.pushing import PushWay as PushWay
from domain.people.reach import (
    CoacheeReach as CoacheeReach,
    NumberNotInternational as NumberNotInternational,
    ask_code as ask_code,
    drop_channel as drop_channel,
    mobile_number as mobile_number,
    number_code as number_code,
    prefer as prefer,
    reach_of as reach_of,
    set_number as set_number,
    speak_plainly as speak_plainly,
    use_also as use_also,
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
from domain.people.silent_browsers import (
    drop_silent_browser as drop_silent_browser,
    next_silence_at as next_silence_at,
    silent_browsers as silent_browsers,
)
from domain.people.sponsors import (
    InvalidVatNumber as InvalidVatNumber,
    NewSponsor as NewSponsor,
    create_sponsor as create_sponsor,
    get_sponsor as get_sponsor,
    list_sponsors as list_sponsors,
    update_sponsor as update_sponsor,
)
from domain.people.subscriptions import (
    PushKey as PushKey,
    PushSubscriptionNotFound as PushSubscriptionNotFound,
    count_subscriptions as count_subscriptions,
    forget_subscriptions as forget_subscriptions,
    push_key as push_key,
    rotate_push_key as rotate_push_key,
    subscriptions_of as subscriptions_of,
)
from domain.people.texting import (
    SmsMonth as SmsMonth,
    SmsWay as SmsWay,
    asks_to_pause as asks_to_pause,
    asks_to_stop as asks_to_stop,
    coachees_of_number as coachees_of_number,
    offers_sms as offers_sms,
    sms_spent as sms_spent,
)
from domain.people.wordings import (
    Wording as Wording,
    WordingNotCurrent as WordingNotCurrent,
    as_spoken as as_spoken,
    current_version as current_version,
    said_in as said_in,
    wordings as wordings,
)
