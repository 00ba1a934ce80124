"""Practice: the practice itself, its staff and their roles, its API keys, its number series."""

from domain.practice.model import (
    Key as Key,
    KeyNotFound as KeyNotFound,
    NumberSeries as NumberSeries,
    Practice as Practice,
    PracticeNotFound as PracticeNotFound,
    Role as Role,
    Staff as Staff,
    StaffEmailTaken as StaffEmailTaken,
    StaffNotFound as StaffNotFound,
    VatRegime as VatRegime,
)
