"""The bindings give back every reference of ``None`` they take; a version that loses them aborts after some hours."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

CALLS = 1000
ALLOWANCE = 100
"""Other code takes and drops references of ``None`` meanwhile; a leak would be one per call."""


@pytest.mark.parametrize("call", [QWidget.update, QWidget.raise_, QLabel.clear], ids=lambda call: call.__name__)
def test_calls_that_return_nothing_keep_the_count_level(call: Callable[[QLabel], None], qapp: QApplication) -> None:
    label = QLabel("text")
    call(label)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        call(label)
    assert abs(sys.getrefcount(None) - before) < ALLOWANCE
