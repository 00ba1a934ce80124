"""Documents: the press and the letter paper of everything printed; values in, an archival PDF out."""

from domain.documents.contents import File as File, Locale as Locale, Party as Party
from domain.documents.logos import (
    LARGEST_LOGO as LARGEST_LOGO,
    LogoKindUnknown as LogoKindUnknown,
    LogoNotPlain as LogoNotPlain,
    LogoTooLarge as LogoTooLarge,
    LogoUnreadable as LogoUnreadable,
    read_logo as read_logo,
)
from domain.documents.paper import (
    Block as Block,
    Section as Section,
    full_name as full_name,
    letter as letter,
    party as party,
    plain as plain,
    present as present,
    sections as sections,
    visible as visible,
)
from domain.documents.printing import Attachment as Attachment, Picture as Picture, render as render
from domain.documents.wording import (
    Labels as Labels,
    Wording as Wording,
    enterprise_number as enterprise_number,
    iban as iban,
    read_labels as read_labels,
    vat_number as vat_number,
)
