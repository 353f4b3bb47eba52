"""The passive signs there are, and what one of them says of a frame or a visit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """FROZEN: the camera's picture stands still to the last pixel. LOOPED: it comes back again. BORDER: straight edges
    close the face in, as those of a sheet or a device do."""

    FROZEN = "frozen"
    LOOPED = "looped"
    BORDER = "border"


@dataclass(frozen=True)
class Reading:
    """``value``: in the unit of the sign's limit; more speaks more for an attack."""

    sign: Sign
    value: float
    suspects: bool
