"""The clock of the demonstration: real time and an offset that can be moved, the same in every process."""

from datetime import datetime, timedelta

from domain.kit.work import system_clock


class ShiftedClock:
    """Reads like any clock. In test mode its offset follows the one in the database."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.offset

    def move(self, offset: timedelta) -> None:
        self.offset = offset
