"""One evening for all flows, one hall a language; after each flow, what must be true after every flow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from kiosk.ui.app_setup import make_application
from tests.flows.hall import Hall, hall_in
from tests.flows.place import Evening, new_evening
from tests.helpers.printer import printing


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application([], "zh")


@pytest.fixture(scope="package")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    return new_evening(tmp_path_factory.mktemp("flows") / "evening")


@pytest.fixture(scope="package", params=["zh", "en"])
def built(
    request: pytest.FixtureRequest, evening: Evening, tmp_path_factory: pytest.TempPathFactory, qapp: QApplication
) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("hall")
    with printing(link=folder / "printer") as printer:
        yield from hall_in(folder, evening, request.param, printer)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def hall(built: Hall, caplog: pytest.LogCaptureFixture) -> Iterator[Hall]:
    """Ready for the next person; afterwards nothing personal is where it must not be (R-38)."""
    built.begin()
    yield built
    built.clear_up()
    assert not built.personal()
    assert not [secret for person in built.met for secret in person.secrets if secret in caplog.text]
