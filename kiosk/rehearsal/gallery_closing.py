"""Closing an event, for the gallery: what each state of its window shows."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.ui.close_view import CloseFacts, CloseResult, CloseStep, StepState, WipeVerdict
from kiosk.ui.close_window import CloseWindow

_FACTS = CloseFacts("Lighthouse Choir", 48_000, 41_873)
_STEPS = ("stop_lanes", "note_numbers", "destroy_keys", "delete_files", "verify")
_CHECKED = ("ledger.sqlite", "rehearsal.key", "holds")


def _running(done: int, stuck: bool = False) -> Callable[[CloseWindow], None]:
    now = StepState.STUCK if stuck else StepState.RUNNING
    states = [StepState.DONE] * done + [now] + [StepState.WAITING] * (len(_STEPS) - done - 1)
    steps = [
        CloseStep(key, state, 0.4 if state is StepState.RUNNING else None)
        for key, state in zip(_STEPS, states, strict=True)
    ]
    return lambda window: window.show_progress(steps)


def _found(verdict: WipeVerdict, left: tuple[str, ...], not_measured: tuple[str, ...]) -> Callable[[CloseWindow], None]:
    result = CloseResult(verdict, _CHECKED, left, not_measured, verdict is WipeVerdict.PASS)
    return lambda window: window.show_result(result)


CLOSE_STATES: tuple[tuple[str, Callable[[CloseWindow], None]], ...] = (
    ("asking", lambda window: window.show_facts(_FACTS)),
    ("asking-unreadable", lambda window: window.show_facts(CloseFacts("Lighthouse Choir", None, None))),
    ("running", _running(2)),
    ("stuck", _running(3, stuck=True)),
    ("pass", _found(WipeVerdict.PASS, (), ("memory of other programs",))),
    ("failed", _found(WipeVerdict.FAILED, ("ledger.sqlite-wal",), ())),
    ("unknown", _found(WipeVerdict.UNKNOWN, (), ("memory of other programs", "the copy at /media/stick"))),
)
