"""A whole desk with a camera for codes: its own process, a film of a phone, a real store, one touch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from kiosk.app import Assembled, assemble
from kiosk.audit.catalogue import Kind
from kiosk.audit.detail import DetailLog
from kiosk.camera.port import BgrImage
from kiosk.config.places import EventPlace
from kiosk.observer import Silent
from kiosk.rehearsal.film_scene import Painter
from kiosk.rehearsal.film_server import FilmServer
from kiosk.rehearsal.venue import Sizes, build
from kiosk.service import load_station
from kiosk.station.desk_view import DeskState
from kiosk.text import Texts
from kiosk.ui.desk_window import DeskWindow
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.phone_codes import phone
from tests.helpers.roster import number, row
from tests.helpers.ui import all_texts, end, tap


class Phone:
    def paint(self, out: BgrImage, *_: object) -> None:
        out[:] = phone(row(1)[0], "dim", 1)


@pytest.fixture
def film(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Somebody holds a phone up; calling it unplugs the camera."""
    server = FilmServer(tmp_path / "film", cast("Painter", Phone()), open_s=0.0, first_frame_s=0.0)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()

    def unplug() -> None:
        server.close()
        serving.join()

    yield unplug
    if serving.is_alive():
        unplug()


@pytest.fixture(params=["zh", "en"])
def app(tmp_path: Path, qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Assembled]:
    venue = build(
        tmp_path, [tuple(row(1)), tuple(row(2, session="night-2"))], tmp_path / "devices", "", Sizes(), request.param
    )
    told = venue.desk_config.read_text(encoding="utf-8")
    camera = f'code_camera = {{ kind = "film", device = "{tmp_path / "film"}" }}\n'
    venue.desk_config.write_text(told + camera, encoding="utf-8")
    made = assemble(load_station(venue.desk_config), Silent())
    made.window.show_as_window(1280, 800)
    yield made
    made.stop()
    end(made.window)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.mark.requirement("R-05", "R-22")
def test_one_touch_reads_a_ticket_and_an_unplugged_camera_is_one_sentence(
    app: Assembled, film: Callable[[], None], qapp: QApplication, tmp_path: Path
) -> None:
    window = app.window
    assert isinstance(window, DeskWindow)
    texts = Texts(window.language)

    def until(done: Callable[[], bool]) -> None:
        for _ in range(5000):
            if done():
                return
            qapp.processEvents()
            qapp.thread().msleep(2)
        raise AssertionError("it did not happen")

    qapp.processEvents()
    assert not window.camera_sign_shown
    tap(window, window.code_camera_button)
    assert window.camera_sign_shown
    until(lambda: window.view.state is DeskState.FACTS)
    assert not window.camera_sign_shown
    assert window.view.seat_area

    tap(window, window.next_button)
    until(lambda: window.view.state is DeskState.WAITING)
    film()
    qapp.processEvents()
    tap(window, window.code_camera_button)
    until(lambda: texts("desk.code_camera.no_camera_title") in all_texts(window))
    assert not window.camera_sign_shown
    window.number_typed.emit("cn-resident", number(1))
    until(lambda: window.view.state is DeskState.FACTS)
    place = EventPlace(tmp_path / "data", tmp_path / "keys", "rehearsal")
    keys = FileEventKeys.load(place.key_file, place.event_id)
    log = DetailLog(place.detail_file, keys)
    until(lambda: [fact.entry.kind for fact in log.read()].count(Kind.STAFF_OPENED_CAMERA) == 2)
    keys.forget()
