"""How slow a simulated reader is, and what goes wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.sdt.simulated_sam import Heard

__all__ = ["NO_DELAYS", "Faults", "StepDelays"]


@dataclass(frozen=True)
class StepDelays:
    """Seconds the module thinks before it answers; plausible, not measured."""

    find_s: float = 0.12
    find_none_s: float = 0.15
    select_s: float = 0.08
    read_s: float = 0.9
    other_s: float = 0.02

    def of(self, heard: Heard, card_there: bool) -> float:
        if heard.command == 0x20:
            if heard.parameter == 0x02:
                return self.select_s
            return self.find_s if card_there else self.find_none_s
        return self.read_s if heard.command == 0x30 else self.other_s


NO_DELAYS = StepDelays(0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass
class Faults:
    """What goes wrong; each is used up when it has happened, except ``chunk``.

    ``corrupt_answers`` counts answers from now: 1 is the next. ``cut_after_bytes`` pulls the plug inside the
    next answer longer than that; ``stop_after_bytes`` ends that answer early with the plug left in;
    ``corrupt_longer_than`` spoils the next answer longer than that.
    ``late_s`` delays the next answers, one entry each. ``power_up_garbage`` is sent in front of the first
    answer after plugging in.
    """

    chunk: int = 64
    corrupt_answers: set[int] = field(default_factory=set)
    cut_after_bytes: int | None = None
    stop_after_bytes: int | None = None
    corrupt_longer_than: int | None = None
    late_s: list[float] = field(default_factory=list)
    power_up_garbage: bytes = b""
