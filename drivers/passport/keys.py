"""The key somebody swiped or typed, kept in memory for a minute and for one document."""

from __future__ import annotations

import time

from drivers.deadline import Deadline, MonotonicClock
from drivers.emrtd.access_keys import AccessKey, MrzKeyFields
from drivers.emrtd.access_keys import CardAccessNumber as ChipNumber
from drivers.mrz.entry import CardAccessNumber, ZoneKey

__all__ = ["KEPT_S", "HeldKey", "access_key"]

KEPT_S = 60.0
"""Long enough to lay a document down twice; short enough that it is not the next person's."""


def access_key(typed: ZoneKey | CardAccessNumber) -> AccessKey:
    """What was swiped or typed, as the chip's protocol takes it."""
    if isinstance(typed, CardAccessNumber):
        return ChipNumber(typed.digits)
    return MrzKeyFields(typed.document_number, typed.birth_date, typed.expiry_date)


class HeldKey:
    """For one thread."""

    def __init__(self, kept_s: float = KEPT_S, clock: MonotonicClock = time.monotonic) -> None:
        self._kept_s, self._clock = kept_s, clock
        self._key: AccessKey | None = None
        self._until = Deadline(0.0, clock)

    def put(self, key: AccessKey) -> None:
        """The newest counts."""
        self._key, self._until = key, Deadline.after(self._kept_s, self._clock)

    def get(self) -> AccessKey | None:
        if self._until.expired():
            self._key = None
        return self._key

    def drop(self) -> None:
        self._key = None
