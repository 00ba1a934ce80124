"""Agreements: what a coachee is asked to sign before the guidance begins, and the proof that she did."""

from domain.agreements.answering import (
    OtherWords as OtherWords,
    decline_agreement as decline_agreement,
    must_still_sign as must_still_sign,
    open_agreement as open_agreement,
    sign_agreement as sign_agreement,
)
from domain.agreements.issuing import (
    NewAgreement as NewAgreement,
    PracticeNotIdentified as PracticeNotIdentified,
    TrajectoryOver as TrajectoryOver,
    issue_agreement as issue_agreement,
    withdraw_agreement as withdraw_agreement,
)
from domain.agreements.model import (
    Agreement as Agreement,
    AgreementNotFound as AgreementNotFound,
    AgreementNotSigned as AgreementNotSigned,
    AgreementState as AgreementState,
    AgreementTemplate as AgreementTemplate,
    AgreementTemplateNotFound as AgreementTemplateNotFound,
    Print as Print,
)
from domain.agreements.queries import (
    get_agreement as get_agreement,
    list_agreements as list_agreements,
    read_print as read_print,
    signed_for as signed_for,
)
from domain.agreements.signers import signerless_agreements as signerless_agreements, tell_signerless as tell_signerless
from domain.agreements.templates import (
    PLACEHOLDERS as PLACEHOLDERS,
    PlaceholderEmpty as PlaceholderEmpty,
    UnknownPlaceholder as UnknownPlaceholder,
    Words as Words,
    all_words_in_use as all_words_in_use,
    get_template as get_template,
    list_templates as list_templates,
    shipped as shipped,
    words_in_use as words_in_use,
    write_template as write_template,
)
