"""The close screen: asks, destroys in a thread of its own, shows each step and what an independent look found."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from kiosk.closing.close import ClosingReport, Progress, close_event
from kiosk.closing.journal import Step
from kiosk.closing.leftovers import LOOKED_AT, NOT_LOOKED_AT, Verdict
from kiosk.closing.lock import ClosingElsewhere
from kiosk.closing.state import WrongState
from kiosk.config.places import EventPlace
from kiosk.text import Texts
from kiosk.ui.close_view import CloseFacts, CloseResult, CloseStep, StepState, WipeVerdict
from kiosk.ui.close_window import CloseWindow

STEP_WORDS = {
    Step.STOPPING: "stop_lanes",
    Step.COUNTING: "note_numbers",
    Step.KEY: "destroy_keys",
    Step.FILES: "delete_files",
    Step.LOOKING: "verify",
}
Closer = Callable[[EventPlace, Progress], ClosingReport]


class ClosingScreen(QObject):
    """Drives a CloseWindow. ``left`` is emitted once, when whoever closes has seen the result or gone back."""

    left = Signal()
    _stepped = Signal(object, float)
    _ended = Signal(object)

    def __init__(
        self,
        window: CloseWindow,
        place: EventPlace,
        facts: CloseFacts,
        texts: Texts,
        closer: Closer = close_event,
    ) -> None:
        super().__init__()
        self.verdict: Verdict | None = None
        """What the look found; None while nothing was destroyed, or when the closing broke off."""
        self._window, self._place, self._texts, self._closer = window, place, texts, closer
        self._now, self._percent = Step.STOPPING, 0
        self._thread = threading.Thread(target=self._work, name="closing")
        # From the closing's thread into the window's.
        self._stepped.connect(self._on_step, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._on_end, Qt.ConnectionType.QueuedConnection)
        window.close_confirmed.connect(self._begin)
        window.cancelled.connect(self._leave)
        window.finished.connect(self._leave)
        window.show_facts(facts)

    @property
    def began(self) -> bool:
        return self._thread.ident is not None

    def wait(self) -> None:
        """Until a closing under way has ended: it is never left half done by us."""
        if self.began:
            self._thread.join()

    def _begin(self) -> None:
        if not self.began:
            self._on_step(Step.STOPPING, 0.0)
            self._thread.start()

    def _work(self) -> None:
        try:
            self._ended.emit(self._closer(self._place, self._tell))
        except (WrongState, ClosingElsewhere, OSError) as broken:
            self._ended.emit(broken)

    def _tell(self, step: Step, share: float) -> None:
        """From the closing's thread; the window hears of whole percents."""
        percent = int(100 * share)
        if (step, percent) != (self._now, self._percent) or not percent:
            self._now, self._percent = step, percent
            self._stepped.emit(step, share)

    def _on_step(self, step: Step, share: float) -> None:
        self._window.show_progress(_steps(step, StepState.RUNNING, share))

    def _on_end(self, outcome: ClosingReport | Exception) -> None:
        if isinstance(outcome, ClosingReport):
            self.verdict = outcome.verdict
            self._window.show_result(result_of(outcome, self._texts))
        else:
            self._window.show_result(self._broken_off(outcome))

    def _broken_off(self, broken: Exception) -> CloseResult:
        step = self._texts(f"close.step.{STEP_WORDS[self._now]}")
        known = {WrongState: "close.wiped_before", ClosingElsewhere: "close.elsewhere"}
        why = self._texts(known[type(broken)]) if type(broken) in known else str(broken)
        return CloseResult(WipeVerdict.UNKNOWN, not_measured=(self._texts("close.broken_off", step=step, why=why),))

    def _leave(self) -> None:
        self.left.emit()


def result_of(report: ClosingReport, texts: Texts) -> CloseResult:
    """The report in the window's words."""
    look = report.look
    left = [texts(f"close.found.{leftover.what}", where=leftover.where) for leftover in look.leftovers]
    unread = [texts("close.unread", where=where) for where in look.all_unread]
    if report.stations_still_open:
        unread.append(texts("close.stations_open", count=report.stations_still_open))
    return CloseResult(
        WipeVerdict(report.verdict.value),
        checked=tuple(texts(f"close.looked_at.{_code(LOOKED_AT, sentence)}") for sentence in look.checked),
        left=tuple(left),
        certified=report.certificate is not None and not report.certificate.fault,
        not_measured=(
            *unread,
            *(texts(f"close.not_looked_at.{_code(NOT_LOOKED_AT, sentence)}") for sentence in look.not_checked),
        ),
    )


def _code(sentences: dict[str, str], sentence: str) -> str:
    return next(code for code, said in sentences.items() if said == sentence)


def _steps(now: Step, state: StepState, share: float = 0.0) -> list[CloseStep]:
    """Everything before ``now`` is done, everything after waits; ``share`` of ``now`` is done, 0..1."""
    order = list(STEP_WORDS)
    reached = order.index(now) if now in order else len(order)
    states = [StepState.DONE] * reached + [state] + [StepState.WAITING] * len(order)
    shares: dict[Step, float] = {now: share} if now is Step.FILES else {}
    return [CloseStep(STEP_WORDS[step], states[number], shares.get(step)) for number, step in enumerate(order)]
