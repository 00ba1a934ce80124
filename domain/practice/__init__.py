"""Practice: the practice itself, its staff and their roles, its API keys, its number series."""

from domain.practice.actions import (
    ColourTooLight as ColourTooLight,
    InvalidEnterpriseNumber as InvalidEnterpriseNumber,
    InvalidIban as InvalidIban,
    NewStaff as NewStaff,
    OwnerNeeded as OwnerNeeded,
    add_staff as add_staff,
    coaches as coaches,
    enterprise_number as enterprise_number,
    find_staff_by_email as find_staff_by_email,
    found_practice as found_practice,
    get_practice as get_practice,
    get_staff as get_staff,
    iban as iban,
    let_staff_go as let_staff_go,
    list_staff as list_staff,
    next_number as next_number,
    sender_names as sender_names,
    update_practice as update_practice,
    update_staff as update_staff,
    whom_to_tell as whom_to_tell,
)
from domain.practice.keys import (
    Caller as Caller,
    ExpiryInPast as ExpiryInPast,
    KeyExpired as KeyExpired,
    KeyOfAnOwner as KeyOfAnOwner,
    KeyRevoked as KeyRevoked,
    KeyUnknown as KeyUnknown,
    ScopeMissing as ScopeMissing,
    StaffHasLeft as StaffHasLeft,
    create_key as create_key,
    list_keys as list_keys,
    open_key as open_key,
    open_key_for_reading as open_key_for_reading,
    revoke_key as revoke_key,
    touch_key as touch_key,
)
from domain.practice.letterhead import as_party as as_party
from domain.practice.logo import (
    LogoNotFound as LogoNotFound,
    logo_of as logo_of,
    read_own_logo as read_own_logo,
    remove_logo as remove_logo,
    set_logo as set_logo,
)
from domain.practice.model import (
    Key as Key,
    KeyNotFound as KeyNotFound,
    NumberSeries as NumberSeries,
    Practice as Practice,
    PracticeNotFound as PracticeNotFound,
    QrReference as QrReference,
    Role as Role,
    Staff as Staff,
    StaffEmailTaken as StaffEmailTaken,
    StaffNotFound as StaffNotFound,
    VatRegime as VatRegime,
)
from domain.practice.rules import (
    ALL_SCOPES as ALL_SCOPES,
    COACHING_ROLES as COACHING_ROLES,
    ROLE_SCOPES as ROLE_SCOPES,
    ScopeBeyondRole as ScopeBeyondRole,
    UnknownScope as UnknownScope,
)
