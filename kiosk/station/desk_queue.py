"""The queue as a desk serves it: who waits, who is being served, and that the gate which sent them opens.

Pure. Nothing is known of whoever waits but the gate and since when; why they were sent is not.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.base.answers import Answer
from kiosk.domain.lanes import LaneState, Waiting
from kiosk.ports import Clock
from kiosk.station.desk_view import QueueView, Trouble
from kiosk.station.lanes import VenueLanes

ASK_WITHIN_S = 2.0
ADMIT_WITHIN_S = 15.0
"""A gate that did not hear by then opens for nobody: the desk is told to let the person through by hand."""
FINISH_WITHIN_S = 600.0


class DeskQueue:
    """Window's thread. ``changed`` hears of every new view."""

    def __init__(
        self,
        lanes: VenueLanes,
        serves: tuple[str, ...],
        clock: Clock,
        changed: Callable[[QueueView], None],
        may: Callable[[], bool] = lambda: True,
    ) -> None:
        self._lanes, self._serves, self._clock, self._changed, self._may = lanes, serves, clock, changed, may
        self._state = LaneState()
        self._serving: Waiting | None = None
        self._asking = False
        self._trouble = Trouble.NONE
        self._shown: QueueView | None = None

    @property
    def serving(self) -> bool:
        """Whether somebody from a gate is being served: an admission now is theirs."""
        return self._serving is not None

    def on_state(self, state: LaneState) -> None:
        self._state = state
        self.look()

    def look(self) -> None:
        """Minutes pass."""
        self._show()

    def on_take(self) -> None:
        """The next one, please. Whoever was served before, and not admitted, was sent on."""
        if self._asking or not self._may():
            return
        waiting = self._waiting()
        self._put_down("sent_on")
        self._asking, self._trouble = True, Trouble.NONE
        group = waiting[0].gate_group if waiting else self._serves[0]
        self._lanes.take_next(group, self._taken, ASK_WITHIN_S)
        self._show()

    def on_put_aside(self) -> None:
        """Nobody came, or there is nothing more to do for them here."""
        self._trouble = Trouble.NONE
        self._put_down("left")
        self._show()

    def admitted(self, admission: str) -> None:
        """Whoever is served was let in: their gate opens."""
        served, self._serving = self._serving, None
        if served is not None:
            self._trouble = Trouble.NONE
            self._lanes.admit(served.entry, admission, self._gate_told, ADMIT_WITHIN_S)
        self._show()

    def sent_on(self) -> None:
        """Whoever is served was sent to a supervisor, or refused: no gate opens for them from here."""
        self._put_down("sent_on")
        self._show()

    def _taken(self, answer: Answer | None) -> None:
        self._asking = False
        if answer is None:
            self._trouble = Trouble.AWAY
        elif answer.outcome == "taken" and answer.id and answer.station and answer.gate_group:
            self._serving = Waiting(answer.id, answer.station, answer.gate_group, answer.at or 0.0)
        else:
            self._trouble = Trouble.NOBODY
        self._show()

    def _gate_told(self, answer: Answer | None) -> None:
        if answer is None or answer.outcome != "finished":
            self._trouble = Trouble.GATE
            self._show()

    def _put_down(self, outcome: str) -> None:
        served, self._serving = self._serving, None
        if served is not None:
            self._lanes.finish(served.entry, outcome, lambda answer: None, FINISH_WITHIN_S)

    def _waiting(self) -> list[Waiting]:
        return [one for one in self._state.queue if one.gate_group in self._serves]

    def _minutes(self, since: float) -> int:
        return int(max(0.0, self._clock.now() + self._state.offset_s - since) // 60)

    def _show(self) -> None:
        waiting, served = self._waiting(), self._serving
        first = waiting[0] if waiting else None
        view = QueueView(
            len(waiting),
            first.station if first else "",
            first.gate_group if first else "",
            self._minutes(first.since) if first else 0,
            served.station if served else "",
            served.gate_group if served else "",
            self._minutes(served.since) if served else 0,
            self._asking,
            self._trouble,
            self._state.online,
        )
        if view != self._shown:
            self._shown = view
            self._changed(view)
