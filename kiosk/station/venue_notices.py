"""What the venue calls a supervisor for, shown at desks like calls: a gate group without an officer, unequal waits."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from kiosk.domain.lanes import GroupWaits, LaneState, staff_lane_is_worse, unstaffed
from kiosk.ports import Clock

AGAIN_AFTER_S = 300.0
"""A notice somebody has answered for, and whose cause goes on, comes back after this long."""


class Notice(StrEnum):
    UNSTAFFED = "unstaffed"  # no officer works for the group: its face lanes rest
    WAITS = "waits"  # the staff lane waits longer than the face lane


class VenueNotices:
    """``begun`` hears of each notice once while its cause lasts: for the records. Window's thread."""

    def __init__(
        self,
        serves: tuple[str, ...],
        pause_s: float,
        clock: Clock,
        begun: Callable[[Notice, str, GroupWaits | None], None],
    ) -> None:
        self._serves, self._pause_s, self._clock, self._begun = serves, pause_s, clock, begun
        self._known: set[tuple[Notice, str]] = set()
        self._answered: dict[tuple[Notice, str], float] = {}

    def of(self, state: LaneState) -> tuple[tuple[Notice, str], ...]:
        """(what, gate group) that nobody at this desk has answered for lately; nothing while the base is away."""
        if not state.online:
            return ()
        now = self._clock.now()
        found = {(Notice.UNSTAFFED, group): None for group in self._unstaffed(state, now)}
        unequal = {(Notice.WAITS, one.gate_group): one for one in state.waits if self._unequal(one)}
        for key in sorted({*found, *unequal} - self._known):
            self._begun(*key, unequal.get(key))
        self._known = {*found, *unequal}
        self._answered = {key: at for key, at in self._answered.items() if key in self._known}
        shown = [key for key in self._known if now - self._answered.get(key, -AGAIN_AFTER_S) >= AGAIN_AFTER_S]
        return tuple(sorted(shown))

    def answer(self, notice: Notice, gate_group: str) -> None:
        """Somebody here sees to it."""
        self._answered[notice, gate_group] = self._clock.now()

    def _unstaffed(self, state: LaneState, now: float) -> frozenset[str]:
        return unstaffed(state.staffing, now + state.offset_s, self._pause_s)

    def _unequal(self, waits: GroupWaits) -> bool:
        return waits.gate_group in self._serves and staff_lane_is_worse(waits)
