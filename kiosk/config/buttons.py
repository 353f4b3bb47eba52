"""The two lit buttons beside an attendee's screen, on the gate's board: nothing is wired for two purposes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from kiosk.config.event import Frozen

FAMILIES = frozenset({"modbus"})
"""Gate boards with inputs and relays to spare."""
_LOCK = "gate.settings.relay"
_OWN_KEYS = ("left_button_input", "left_lamp_relay", "right_button_input", "right_lamp_relay")
_INPUTS = ("passage_input", "fire_alarm_input", "emergency_input")

Number = Annotated[int, Field(strict=True, ge=0, le=31)]


class ButtonsConfig(Frozen):
    """Inputs and lamp relays of the gate's board, counted from 0; left and right as seen before the screen."""

    left_input: Number
    left_lamp_relay: Number
    right_input: Number
    right_lamp_relay: Number

    @property
    def gate_settings(self) -> dict[str, int]:
        """As the board's family takes them."""
        return {
            "left_button_input": self.left_input,
            "left_lamp_relay": self.left_lamp_relay,
            "right_button_input": self.right_input,
            "right_lamp_relay": self.right_lamp_relay,
        }


def wiring_faults(
    buttons: ButtonsConfig, family: str | None, settings: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    """Where buttons and gate do not go together: (key in the machine file, sentence). ``family``: None without gate."""
    if family is None:
        yield "buttons", "need a [gate]: they are wired to its board"
    elif family not in FAMILIES:
        yield "buttons", "need a gate of family modbus: other boards have no inputs for them"
    for key in _OWN_KEYS:
        if key in settings:
            yield f"gate.settings.{key}", "must be set in [buttons]"
    relays = {
        _LOCK: settings.get("relay", 0),
        "buttons.left_lamp_relay": buttons.left_lamp_relay,
        "buttons.right_lamp_relay": buttons.right_lamp_relay,
    }
    inputs = {f"gate.settings.{key}": settings.get(key) for key in _INPUTS}
    inputs |= {"buttons.left_input": buttons.left_input, "buttons.right_input": buttons.right_input}
    yield from _shared(relays, "relay")
    yield from _shared(inputs, "input")


def _shared(used: Mapping[str, object], what: str) -> Iterator[tuple[str, str]]:
    """A fault at each of the keys that name one number."""
    keys_of = defaultdict[object, list[str]](list)
    for key, number in used.items():
        if number is not None:
            keys_of[number].append(key)
    for number, keys in keys_of.items():
        for key in keys if len(keys) > 1 else ():
            others = " and ".join(other for other in keys if other != key)
            yield key, f"is {what} {number}, which {others} names, too: each {what} has one purpose{_warning(keys)}"


def _warning(keys: list[str]) -> str:
    return "; a lamp on the turnstile's relay would open the gate" if _LOCK in keys else ""
