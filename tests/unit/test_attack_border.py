"""The border around a face: drawn edges first, then real faces, on the film and (simulated) on a sheet of paper."""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np
import pytest

from kiosk.camera.port import BgrImage, Zone
from kiosk.camera.zone import zone_pixels
from kiosk.face.attack.border import border_of
from kiosk.face.attack.limits import LIMITS
from kiosk.face.attack.signs import Sign
from kiosk.face.attack.still import still_readings
from kiosk.rehearsal.film_scene import Place
from tests.helpers.face_made import made_face
from tests.helpers.face_photos import at_eye_distance, free_photos, models  # noqa: F401  the fixture is used
from tests.soak.pictures import faces_there_are, picture

EYE_PX = 60.0
FACE = made_face(EYE_PX)
HEIGHT_PX, WIDTH_PX = 680, 560
LIMIT = LIMITS[Sign.BORDER].value
LEFT, RIGHT, TOP, BOTTOM = 170, 390, 200, 500
Photos = dict[str, BgrImage]


def drawn(*edges: tuple[tuple[float, float], tuple[float, float]], tilt_deg: float = 0.0) -> BgrImage:
    """A grey noisy zone with bright edges in it, turned about the face."""
    canvas = np.full((HEIGHT_PX, WIDTH_PX), 90, dtype=np.uint8)
    for begin, end in edges:
        cv2.line(canvas, tuple(map(round, begin)), tuple(map(round, end)), 220, 3, cv2.LINE_AA)
    move = cv2.getRotationMatrix2D((280, 300), tilt_deg, 1.0)
    turned = cv2.warpAffine(canvas, move, (WIDTH_PX, HEIGHT_PX), borderMode=cv2.BORDER_CONSTANT, borderValue=90)
    noise = np.random.default_rng(3).normal(0, 2, canvas.shape)
    grey = np.clip(np.rint(turned + noise), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., np.newaxis], 3, axis=2)


LEFT_SIDE, RIGHT_SIDE = ((LEFT, TOP), (LEFT, BOTTOM)), ((RIGHT, TOP), (RIGHT, BOTTOM))
ACROSS = ((LEFT, BOTTOM), (RIGHT, BOTTOM))
OVERHEAD = ((LEFT, 190), (RIGHT, 190))


def test_three_edges_close_the_face_in() -> None:
    assert border_of(drawn(LEFT_SIDE, RIGHT_SIDE, ACROSS), FACE) > 0.8


@pytest.mark.parametrize("tilt_deg", [-12, 12])
def test_also_when_the_sheet_is_held_askew(tilt_deg: float) -> None:
    """The face on it is askew with it: its eye line says how far."""
    askew = made_face(EYE_PX, tilt=-np.tan(np.radians(tilt_deg)))
    assert border_of(drawn(LEFT_SIDE, RIGHT_SIDE, ACROSS, tilt_deg=tilt_deg), askew) > 0.7


def test_fingers_may_part_an_edge() -> None:
    parted = (((LEFT, TOP), (LEFT, 300)), ((LEFT, 360), (LEFT, BOTTOM)))
    assert LIMIT < border_of(drawn(*parted, RIGHT_SIDE, ACROSS), FACE) < 0.95


@pytest.mark.parametrize(
    "edges",
    [
        (),
        (LEFT_SIDE, RIGHT_SIDE),
        (LEFT_SIDE, ACROSS),
        (ACROSS,),
        (LEFT_SIDE, RIGHT_SIDE, OVERHEAD),  # a doorway behind a person
        (LEFT_SIDE, RIGHT_SIDE, ((100, 420), (170, 420)), ((390, 420), (460, 420))),  # shelves at both sides
        (((LEFT, TOP), (LEFT, 400)), ((RIGHT, TOP), (RIGHT + 110, BOTTOM)), ACROSS),  # sides that are not parallel
    ],
)
def test_what_does_not_close_it_in_is_no_border(edges: tuple[tuple[tuple[int, int], tuple[int, int]], ...]) -> None:
    assert border_of(drawn(*edges), FACE) < LIMIT


def test_the_zones_own_rim_is_no_border() -> None:
    """Left, right and lower end of the picture lie where a sheet's edges would."""
    whole = drawn()
    narrow = np.ascontiguousarray(whole[:BOTTOM, LEFT:RIGHT])
    assert border_of(narrow, FACE.moved(1.0, -LEFT, 0.0)) < LIMIT


def test_a_picture_at_any_size_gives_the_same() -> None:
    edges = drawn(LEFT_SIDE, RIGHT_SIDE, ACROSS)
    for scale in (0.6, 2.0):
        resized = np.asarray(cv2.resize(edges, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        assert border_of(resized, FACE.moved(scale)) > 0.7


def test_a_reading_says_what_it_measured_and_whether_it_suspects() -> None:
    for edges, suspects in (((LEFT_SIDE, RIGHT_SIDE, ACROSS), True), ((), False)):
        (reading,) = still_readings(drawn(*edges), FACE)
        assert (reading.sign, reading.suspects) == (Sign.BORDER, suspects)
        assert reading.value == border_of(drawn(*edges), FACE)


def test_the_picture_is_left_as_it_was() -> None:
    zone = drawn(LEFT_SIDE)
    before = zone.copy()
    border_of(zone, FACE)
    assert np.array_equal(zone, before)


# --- real faces -----------------------------------------------------------------------------------


def searched(zone: BgrImage) -> BgrImage:
    return np.asarray(cv2.resize(zone, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def border_seen(zone: BgrImage) -> float:
    small = searched(zone)
    (face,) = models().detector.find(small)
    return border_of(small, face)


@pytest.mark.photos
def test_nobody_on_the_film_is_suspected(free_photos: Photos) -> None:  # noqa: F811
    """The hall behind them has pillars and a floor's edge."""
    noise = np.random.default_rng(1)
    for who, eye_px, x in product(range(faces_there_are()), (92.0, 110.0, 125.0), (0.46, 0.5, 0.54)):
        zone = zone_pixels(picture([(who, Place(x, 0.45, eye_px))], noise), Zone())
        assert border_seen(zone) < LIMIT, (who, eye_px, x)


@pytest.mark.photos
@pytest.mark.parametrize("angle_deg", [0, 5])
def test_a_sheet_held_up_is_suspected_simulated(free_photos: Photos, angle_deg: float) -> None:  # noqa: F811
    """Simulated: a photograph drawn as a sheet in front of the hall, 4 x 6 inches with the face in the middle."""
    noise = np.random.default_rng(2)
    for name in ("person_a_1", "person_b_1", "impostor_1", "impostor_2"):
        print_of = cv2.resize(at_eye_distance(free_photos[name], 100), (300, 430), interpolation=cv2.INTER_AREA)
        hall = np.ascontiguousarray(zone_pixels(picture([], noise), Zone()))
        height, width = hall.shape[:2]
        move = cv2.getRotationMatrix2D((150, 215), angle_deg, 1.0)
        move[:, 2] += (width / 2 - 150, height / 2 - 215)
        cv2.warpAffine(print_of, move, (width, height), hall, borderMode=cv2.BORDER_TRANSPARENT)
        assert border_seen(hall) >= LIMIT, name
