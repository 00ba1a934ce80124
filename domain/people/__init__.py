"""People."""
from domain.people.model import Coachee as Coachee
