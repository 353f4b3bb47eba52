"""One base for all tests of a process; each test has an event of its own at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.base import TestBase, new_base


@pytest.fixture(scope="session")
def base() -> Iterator[TestBase]:
    with new_base() as running:
        yield running
