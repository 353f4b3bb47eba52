"""Heads are counted whatever is done in whatever order; the large count is in the soak."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.helpers.ledger_heads import LedgerHeads


@pytest.mark.requirement("R-98")
def test_nobody_is_inside_twice_whatever_is_done_in_whatever_order() -> None:
    small = settings(
        max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(LedgerHeads, settings=small)
