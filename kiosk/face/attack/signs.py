"""The passive signs there are, and what one of them says of a frame or a visit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """FROZEN: the camera's picture stands still to the last pixel. LOOPED: it comes back again. BORDER: straight edges
    close the face in, as those of a sheet or a device do. OPERATOR_MODEL: a model the operator brought along says so,
    from the limit of its own card on."""

    FROZEN = "frozen"
    LOOPED = "looped"
    BORDER = "border"
    OPERATOR_MODEL = "operator_model"


@dataclass(frozen=True)
class Reading:
    """``value``: in the unit of the sign's limit; more speaks more for an attack."""

    sign: Sign
    value: float
    suspects: bool
