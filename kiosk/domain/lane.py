"""The two ways in, equal by design; and the one that is open while a supervisor says so."""

from __future__ import annotations

from enum import StrEnum


class Lane(StrEnum):
    FACE = "face"
    STAFF = "staff"
    DOCUMENT = "document"  # by document and ticket alone, in an incident; never offered as a choice
