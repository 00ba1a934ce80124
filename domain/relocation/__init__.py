"""Relocation: a practice or a coachee in another time zone takes along what was planned by her clock."""

from domain.relocation.actions import update_coachee as update_coachee, update_practice as update_practice
