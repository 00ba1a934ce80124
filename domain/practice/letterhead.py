"""The practice as it stands at the head of what it prints."""

from domain.documents import Party
from domain.practice.model import Practice


def as_party(home: Practice) -> Party:
    """Its official name, address and numbers of today."""
    return Party(
        name=home.name,
        legal_form=home.legal_form,
        court=home.court,
        street=home.street or "",
        postal_code=home.postal_code or "",
        city=home.city or "",
        country=home.country,
        enterprise_number=home.enterprise_number,
        email=home.email,
        phone=home.phone,
        brand_colour=home.brand_colour,
        logo=home.logo,
    )
