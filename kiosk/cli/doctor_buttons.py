"""The doctor's try of the two lit buttons: one lamp after the other, and whoever stands there presses it.

The program cannot see a lamp. A person presses the one that is lit; the contact that closes says whether lamp and
button belong together. The turnstile is not opened.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Protocol, cast

from drivers.errors import DriverError
from drivers.port import (
    ButtonBoard,
    ButtonFaulty,
    ButtonPressed,
    ButtonSide,
    DeviceLost,
    DeviceReady,
    GateEvent,
)
from drivers.registry import open_gate
from kiosk.cli.doctor_checks import Finding, Level
from kiosk.config.machine import MachineConfig

PRESS_WITHIN_S = 20.0
ANSWER_WITHIN_S = 3.0
SETTLE_S = 0.2
"""What is down when the board is first looked at is no press."""
WHAT = "buttons"
_WIRING = "compare the wiring with [buttons] in the machine file"


class _Board(ButtonBoard, Protocol):
    def poll(self) -> list[GateEvent]: ...

    def close(self) -> None: ...


def wired_buttons(machine: MachineConfig | None) -> Finding:
    """Whether the machine file names any; nothing is lit."""
    if machine is None or machine.buttons is None:
        return Finding(WHAT, Level.OK, "No buttons beside the screen are named.")
    sentence = "Two buttons beside the screen are named; they were not tried."
    return Finding(WHAT, Level.OK, sentence, "kiosk doctor --config FILE --press, while the kiosk is not running")


def tried_buttons(
    machine: MachineConfig | None, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
) -> list[Finding]:
    """Light the left lamp, wait for its button, then the right one. ``say`` tells the person what to do."""
    if machine is None or machine.buttons is None or machine.gate is None:
        return [Finding(WHAT, Level.BAD, "There are no buttons to try.", "name them in [buttons] of the machine file")]
    gate = machine.gate
    try:
        output = open_gate(gate.family, gate.port, **gate.settings, **machine.buttons.gate_settings)
    except DriverError as error:
        return [Finding(WHAT, Level.BAD, f"The gate board cannot be used: {error}.", "correct [gate]")]
    board = cast(_Board, output)
    try:
        return list(_try(board, say, clock))
    finally:
        board.close()


def _try(board: _Board, say: Callable[[str], None], clock: Callable[[], float]) -> Iterator[Finding]:
    if _first(board, (DeviceReady,), ANSWER_WITHIN_S, clock) is None:
        yield Finding(WHAT, Level.BAD, "The gate board does not answer.", "stop the kiosk; look at cable and [gate]")
        return
    _first(board, (), SETTLE_S, clock)
    for side in ButtonSide:
        board.light({side})
        say(f"The {side} lamp is lit. Press the lit button ({PRESS_WITHIN_S:.0f} s).")
        event = _first(board, (ButtonPressed, ButtonFaulty, DeviceLost), PRESS_WITHIN_S, clock)
        yield _finding(side, event)
        if isinstance(event, DeviceLost):
            return


def _first(board: _Board, kinds: tuple[type, ...], within_s: float, clock: Callable[[], float]) -> GateEvent | None:
    until_s = clock() + within_s
    while clock() < until_s:
        for event in board.poll():
            if isinstance(event, kinds):
                return event
    return None


def _finding(side: ButtonSide, event: GateEvent | None) -> Finding:
    match event:
        case ButtonPressed(side=pressed) if pressed is side:
            return Finding(WHAT, Level.OK, f"The {side} button works.")
        case ButtonPressed(side=pressed):
            sentence = f"The {side} lamp was to be lit and the {pressed} button closed: lamps or inputs are swapped."
            return Finding(WHAT, Level.BAD, sentence, _WIRING)
        case ButtonFaulty(side=faulty, fault=fault):
            return Finding(WHAT, Level.BAD, f"The {faulty} button is faulty: {fault}.", _WIRING)
        case DeviceLost():
            return Finding(WHAT, Level.BAD, "The gate board was lost.", "look at cable and power of the board")
        case _:
            sentence = f"Nobody pressed the {side} button, or its lamp is dark, or its contact does not close."
            return Finding(WHAT, Level.BAD, sentence, _WIRING)
