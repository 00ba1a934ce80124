"""F."""

from domain.funding.model import Cheque as Cheque
