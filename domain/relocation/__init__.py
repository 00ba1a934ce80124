"""Relocation: a practice that changes its time zone takes along what was planned by its clock."""

from domain.relocation.actions import update_practice as update_practice
