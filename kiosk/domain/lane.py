"""The two ways in, equal by design."""

from __future__ import annotations

from enum import StrEnum


class Lane(StrEnum):
    FACE = "face"
    STAFF = "staff"
