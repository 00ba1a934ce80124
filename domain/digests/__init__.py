"""Digests: what a coachee brings to her next session, chosen by herself out of all that she wrote since the last."""

from domain.digests.choosing import (
    MOST_SUCCESSES as MOST_SUCCESSES,
    Choice as Choice,
    NothingChosen as NothingChosen,
    NotOffered as NotOffered,
    TooManySuccesses as TooManySuccesses,
    keep_digest_back as keep_digest_back,
    share_digest as share_digest,
    waiting_digest as waiting_digest,
)
from domain.digests.gathering import (
    Offer as Offer,
    OfferedAssignment as OfferedAssignment,
    OfferedWords as OfferedWords,
    offer_of as offer_of,
)
from domain.digests.model import (
    Brought as Brought,
    Digest as Digest,
    DigestNotFound as DigestNotFound,
    DigestState as DigestState,
    Words as Words,
)
from domain.digests.offering import due_digests as due_digests, offer_digest as offer_digest
from domain.digests.queries import (
    DigestNotShared as DigestNotShared,
    brought_by as brought_by,
    read_digest as read_digest,
)
