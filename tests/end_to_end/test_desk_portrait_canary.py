"""A portrait whose every byte is known is looked at by an officer: a second after the decision its desk holds none."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import cv2
import numpy as np
import psutil
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.face.portrait_start import for_the_eye
from kiosk.memory.allocator import overwriting
from kiosk.portrait.rehearsal import RehearsalDecoder, encode
from kiosk.station.desk_view import PortraitLook
from tests.helpers.canaries import Canaries
from tests.helpers.desk_portrait_host import desk_window
from tests.helpers.ui import desk_facts

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may look into other processes' memory")


@pytest.fixture(scope="module")
def block() -> bytes:
    """Nobody: clouds, in as many tones as a portrait has."""
    noise = np.random.default_rng(34).integers(0, 256, (126, 102, 3), np.uint8)
    clouds = cv2.GaussianBlur(noise, (0, 0), 6)
    return encode(np.asarray(cv2.normalize(clouds, None, 0, 255, cv2.NORM_MINMAX), np.uint8))  # type: ignore[call-overload]


@pytest.fixture
def canaries(block: bytes, qapp: QApplication) -> Canaries:
    decoded = RehearsalDecoder(rehearsal=True).decode(PortraitFormat.WLT, block)
    shown = for_the_eye(decoded)
    rgb32 = np.dstack([shown, np.full(shown.shape[:2], 255, np.uint8)])
    return Canaries(
        {
            "as on the chip": block[:600],
            "decoded": decoded.tobytes(),
            "enlarged": shown.tobytes(),
            "in the widget": rgb32.tobytes(),
            "on the glass": _on_the_glass(shown),
        }
    )


def _on_the_glass(shown: BgrImage) -> bytes:
    """As the window's own picture has it, enlarged: one line after the other."""
    window = desk_window()
    window.show_view(desk_facts("valid", portrait=PortraitLook.SHOWN, **_AS_THERE))
    window.show_portrait(shown)
    QApplication.processEvents()
    place = window.portrait.picture
    image = place.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    scale = image.height() / shown.shape[0]
    half = int(shown.shape[1] * scale / 2) - 4
    middle = image.width() // 2
    cut = rows[4:-4, middle - half : middle + half].tobytes()
    window.close()
    window.deleteLater()
    return cut


_AS_THERE: dict[str, object] = {
    "can_admit": True, "session": "night-1", "gate_group": "A", "seat_area": "Block 1", "ticket_reference_end": "0001",
    "masked_name": "P1*",
}  # fmt: skip


class Desk:
    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.helpers.desk_portrait_host"]
        self.process = subprocess.Popen(
            command, env=overwriting(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )  # as a station is started

    def say(self, word: str, data: bytes = b"") -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{word}\n".encode() + data)
        assert self.process.stdout.readline().decode().strip() == word

    def held(self, canaries: Canaries) -> set[str]:
        """In the desk's process and all it has started."""
        processes = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        found = [canaries.scan(process.pid) for process in processes]
        assert not any(each.unscanned_bytes for each in found), "UNKNOWN: not everything could be read"
        return {name for each in found for name in each.bytes_by_name}

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"end\n")
        self.process.communicate(timeout=20)


@pytest.fixture
def desk() -> Iterator[Desk]:
    one = Desk()
    yield one
    one.end()


@pytest.mark.requirement("R-34", "R-43")
def test_a_second_after_the_decision_the_desk_holds_nothing_of_the_portrait(
    desk: Desk, canaries: Canaries, block: bytes
) -> None:
    desk.say("portrait", block)
    assert desk.held(canaries) == {"as on the chip"}, "kept, and not decoded before anybody asks"
    desk.say("show")
    assert desk.held(canaries) == {"in the widget", "on the glass"}, "the first copies are gone already"
    desk.say("decide")
    assert desk.held(canaries) == set()
