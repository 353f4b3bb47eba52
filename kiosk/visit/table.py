"""The transition table: which event in which phase leads where, and the function that decides.

The table is the single source of the machine and of the diagram in the documents. A handler that leads to a phase
it did not declare is a bug and raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from kiosk.visit.effects import Effect
from kiosk.visit.events import Event
from kiosk.visit.states import Phase, Rules, Visit

Step = tuple[Visit, tuple[Effect, ...]]
Handler = Callable[[Visit, Any, Rules], Step]
E = TypeVar("E", bound=Event)


class MachineBugError(Exception):
    """A handler broke its own declaration."""


@dataclass(frozen=True)
class Row:
    handler: Handler
    targets: frozenset[Phase]


TABLE: dict[tuple[Phase, type[Event]], Row] = {}


def on(
    phases: Iterable[Phase], event: type[E], to: Iterable[Phase]
) -> Callable[[Callable[[Visit, E, Rules], Step]], Callable[[Visit, E, Rules], Step]]:
    """Register a handler for ``event`` in ``phases``; ``to`` lists every *other* phase it may lead to."""

    def register(handler: Callable[[Visit, E, Rules], Step]) -> Callable[[Visit, E, Rules], Step]:
        targets = frozenset(to)
        for phase in phases:
            if (phase, event) in TABLE:
                raise MachineBugError(f"two handlers for {event.__name__} in {phase}")
            TABLE[phase, event] = Row(handler, targets - {phase})
        return handler

    return register


def apply(visit: Visit, event: Event, rules: Rules) -> Step:
    """Look the handler up and run it; an event without a row changes nothing."""
    row = TABLE.get((visit.phase, type(event)))
    if row is None:
        return visit, ()
    after, effects = row.handler(visit, event, rules)
    if after.phase is not visit.phase and after.phase not in row.targets:
        raise MachineBugError(f"{type(event).__name__} in {visit.phase} led to {after.phase}")
    return after, effects


def as_mermaid() -> str:
    """The table as a Mermaid state diagram for docs/architecture.md."""
    arrows: dict[tuple[Phase, Phase], list[str]] = {}
    for (phase, event), row in TABLE.items():
        for target in row.targets:
            arrows.setdefault((phase, target), []).append(event.__name__)
    lines = ["stateDiagram-v2", "    [*] --> out_of_service"]
    for (source, target), names in sorted(arrows.items()):
        lines.append(f"    {source} --> {target}: {', '.join(sorted(names))}")
    return "\n".join(lines) + "\n"
