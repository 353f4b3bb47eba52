"""What is kept ready for sealing in a visit: the face of the one who agreed, nobody else's, and never in clear."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.port import PortraitFormat
from drivers.sensitive_memory import sensitive_count
from kiosk.camera.port import BgrImage
from kiosk.face.keeping import KeptReady
from kiosk.face.settings import EngineSettings
from kiosk.face.tracking import GAP_MAX_S
from kiosk.face.work import VisitWork
from kiosk.holding.captures import LIVE_MAX_PX, Captures, Figures, decode
from kiosk.holding.sealing import new_pair, open_with
from tests.helpers.face_photos import (  # noqa: F401  the fixture is used
    ZONE_HEIGHT_PX,
    ZONE_WIDTH_PX,
    at_eye_distance,
    chip_portrait,
    free_photos,
    models,
    zone_of,
    zone_with,
)

FIGURES = Figures(0.2, 0.39, "picture", "engine/1")
PUBLIC, PRIVATE = new_pair()
ALL = (0.0, 0.0, 10.0, 20.0)
Photos = dict[str, BgrImage]


def picture(value: int, rows: int = 20, columns: int = 10) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((rows, columns, 3), value, dtype=np.uint8)


def opened(sealed: bytes | None) -> Captures:
    assert sealed is not None
    with open_with(PRIVATE, sealed) as block:
        return decode(bytes(block.view()))


@pytest.fixture
def kept() -> KeptReady:
    return KeptReady(PUBLIC)


def test_without_a_picture_there_is_nothing_to_seal(kept: KeptReady) -> None:
    assert kept.sealed(FIGURES) is None
    kept.offer(picture(2), ALL, 1.0)
    assert kept.sealed(FIGURES) is not None
    kept.forget()
    assert kept.sealed(FIGURES) is None


def test_the_best_picture_is_kept(kept: KeptReady) -> None:
    for value, merit in ((3, 0.1), (4, 0.5), (5, 0.4)):
        kept.offer(picture(value), ALL, merit)
    found = opened(kept.sealed(FIGURES))
    assert (set(found.live.ravel()), found.figures) == ({4}, FIGURES)
    kept.forget()


def test_a_large_picture_is_made_smaller_and_keeps_its_shape(kept: KeptReady) -> None:
    kept.offer(picture(2, 100, 2 * LIVE_MAX_PX), (0.0, 0.0, 2.0 * LIVE_MAX_PX, 100.0), 1.0)
    assert opened(kept.sealed(FIGURES)).live.shape == (50, LIVE_MAX_PX, 3)
    kept.forget()


def test_everything_is_overwritten_and_counted(kept: KeptReady) -> None:
    before = sensitive_count().living
    for value in range(4):
        kept.offer(picture(value), ALL, float(value))
    assert sensitive_count().living["kept picture"] == before.get("kept picture", 0) + 1
    assert kept._live is not None
    held = kept._live.array
    kept.forget()
    assert not held.any()
    assert sensitive_count().living == before


@pytest.mark.parametrize("near", [0, 2])
def test_who_was_lost_from_sight_leaves_nothing_and_nobody_after_them(kept: KeptReady, near: int) -> None:
    kept.watch(0, 0.0)  # nobody is there yet
    kept.watch(1, 5.0)
    kept.offer(picture(2), ALL, 1.0)
    kept.watch(near, 5.0 + GAP_MAX_S)
    assert kept.sealed(FIGURES) is not None
    kept.watch(near, 5.1 + GAP_MAX_S)
    kept.watch(1, 6.0)
    kept.offer(picture(3), ALL, 2.0)
    assert kept.sealed(FIGURES) is None


# --- through a visit's work, on photographs -------------------------------------------------------


class Agreed:
    """The check of a person who agreed; 20 frames a second."""

    def __init__(self, photos: Photos) -> None:
        self.work, self._frames = VisitWork(models(), EngineSettings()), 0
        self.work.keep_ready(PUBLIC)
        portrait = chip_portrait(photos["person_b_2"])
        assert list(self.work.take_reference(portrait, PortraitFormat.WLT, "rehearsal", 0.0))

    def see(self, zone: BgrImage, frames: int = 1) -> None:
        for _ in range(frames):
            self._frames += 1
            list(self.work.take_frame(zone, self._frames, self._frames / 20))

    def live(self) -> BgrImage | None:
        sealed = self.work.sealed()
        return None if sealed is None else opened(sealed).live


@pytest.fixture
def agreed(free_photos: Photos) -> Agreed:  # noqa: F811
    return Agreed(free_photos)


@pytest.mark.photos
def test_the_face_alone_is_taken_out_of_the_zone(agreed: Agreed, free_photos: Photos) -> None:  # noqa: F811
    zone = zone_of(free_photos["person_b_1"], 80)
    zone[:40, :40] = 250  # something else in the room
    agreed.see(zone, 3)
    live = agreed.live()
    assert live is not None
    assert 200 < live.shape[0] < ZONE_HEIGHT_PX * 0.7
    assert 150 < live.shape[1] < ZONE_WIDTH_PX * 0.8
    (face,) = models().detector.find(live)
    assert face.eye_distance_px == pytest.approx(80, abs=4)


@pytest.mark.photos
@pytest.mark.parametrize("eye_distance_px", [66, 45])
def test_with_somebody_behind_nothing_is_kept(
    agreed: Agreed, free_photos: Photos, eye_distance_px: float  # noqa: F811
) -> None:  # fmt: skip
    attendee, friend = (at_eye_distance(free_photos["person_b_1"], 85), free_photos["impostor_2"])
    both = zone_with([(attendee, 180, 420), (at_eye_distance(friend, eye_distance_px), 470, 130)])
    agreed.see(both, 3)
    assert agreed.live() is None
    agreed.see(zone_with([(attendee, 180, 420)]))
    live = agreed.live()
    assert live is not None
    assert len(models().detector.find(live)) == 1


@pytest.mark.photos
@pytest.mark.parametrize("first", ["unusable", "usable"])
def test_who_steps_in_after_the_one_who_agreed_is_never_kept(
    agreed: Agreed, free_photos: Photos, first: str  # noqa: F811
) -> None:  # fmt: skip
    """One leaves, after a frame too dark to be compared or after a good one; somebody else stands there then."""
    zone = zone_of(free_photos["person_b_1"], 80)
    agreed.see(zone if first == "usable" else (zone // 5).astype(np.uint8), 2)
    assert (agreed.live() is not None) is (first == "usable")
    agreed.see(zone_with([]), 12)
    agreed.see(zone_of(free_photos["impostor_1"], 90), 4)
    assert agreed.live() is None


@pytest.mark.photos
def test_who_steps_in_at_once_is_never_kept(agreed: Agreed, free_photos: Photos) -> None:  # noqa: F811
    agreed.see(zone_of(free_photos["person_b_1"], 80), 3)
    agreed.see(zone_of(free_photos["impostor_1"], 90), 4)
    assert agreed.live() is None


@pytest.mark.photos
def test_a_check_without_a_usable_frame_keeps_nothing(agreed: Agreed, free_photos: Photos) -> None:  # noqa: F811
    agreed.see((zone_of(free_photos["person_b_1"], 80) // 5).astype(np.uint8), 4)
    assert agreed.live() is None
