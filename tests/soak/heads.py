"""Heads are counted at the ledger's file whatever is done in whatever order (R-98)."""

from __future__ import annotations

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.helpers.ledger_heads import LedgerHeads
from tests.soak.figures import Figures

STEPS = 40


def ledger_heads(count: int, seed_number: int) -> Figures:
    """``count`` evenings of up to STEPS acts each."""
    figures = Figures("ledger-heads")
    machine = seed(seed_number)(LedgerHeads)
    many = settings(
        max_examples=count,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    try:
        run_state_machine_as_test(machine, settings=many)
    except AssertionError as broken:
        figures.violations.append(str(broken) or "heads")
    figures.count("evenings", count)
    return figures
