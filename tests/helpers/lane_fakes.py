"""What tests of shared lanes stand on: a clock that is told, tokens in a row, a venue that keeps what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kiosk.base.answers import Answer
from kiosk.domain.incident import Incident, Mode, Why
from kiosk.station.login_view import LoginStep, LoginView

NOW = 1_777_600_000.0
OPEN = LoginView(LoginStep.OPEN, "Ben")


@dataclass
class Clock:
    s: float = 0.0

    def monotonic(self) -> float:
        return self.s

    def now(self) -> float:
        return NOW + self.s


@dataclass
class Tokens:
    made: int = 0

    def fresh(self) -> str:
        self.made += 1
        return f"entry-{self.made}"


@dataclass
class Lanes:
    """Keeps what was asked for; ``reply`` answers the newest ask."""

    asks: list[tuple[Any, ...]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    heads: list[bool] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return lambda *given: self.asks.append((name, *given))

    def say(self, word: str) -> None:
        if self.said[-1:] != [word]:
            self.said.append(word)

    def want_heads(self, on: bool) -> None:
        self.heads.append(on)

    def names(self) -> list[tuple[Any, ...]]:
        """What was asked, without whom to answer and how long it is good."""
        return [tuple(part for part in ask if not callable(part) and not isinstance(part, float)) for ask in self.asks]

    def reply(self, answer: Answer | None) -> None:
        next(part for part in self.asks[-1][1:] if callable(part))(answer)


def incident(mode: Mode, group: str = "A", seconds: float = 600, name: str = "i") -> Incident:
    return Incident(name, group, mode, Why.FAULT, "s-1", NOW, NOW + seconds)
