"""What somebody is asked to do in front of the camera, in the subject's own terms: left is their own left."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """FRONT is the way back between the others, and never drawn by lot."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"
    FRONT = "front"
