"""A client's year, lived over HTTP as an integrator would: each chapter does something and says what it saw."""

from commands.story.teller import tell

__all__ = ["tell"]
