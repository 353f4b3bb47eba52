"""The signs over a visit: when one speaks, and when nobody is compared meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.face.attack import watch as watch_module
from kiosk.face.attack.limits import LIMITS, reading
from kiosk.face.attack.signs import Reading, Sign
from kiosk.face.attack.watch import VOTES_MIN, AttackWatch
from tests.helpers.face_made import made_face

FACE = made_face(60.0)


def frame(number: int) -> BgrImage:
    noise = np.random.default_rng(number).normal(100, 20, (120, 100, 1))
    return np.repeat(np.clip(noise, 0, 255).astype(np.uint8), 3, axis=2)


class Seen:
    """Plays frames whose border is as the test says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.watch, self._border, self._frames = AttackWatch(), 0.0, 0
        monkeypatch.setattr(watch_module, "still_readings", self._readings)

    def _readings(self, picture: BgrImage, face: object) -> tuple[Reading, ...]:
        return (reading(Sign.BORDER, self._border),)

    def face(self, suspects: bool) -> tuple[bool, Sign | None]:
        """One frame with a face; whether it may be compared, and what is told."""
        self._frames += 1
        self._border = LIMITS[Sign.BORDER].value + (0.0 if suspects else -0.01)
        self.watch.take_frame(frame(self._frames))
        self.watch.take_face(frame(self._frames), FACE)
        told = self.watch.news()
        return self.watch.may_compare, told


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    seen = Seen(monkeypatch)
    yield seen
    seen.watch.forget()


def test_nobody_is_compared_before_the_camera_is_seen_to_live(seen: Seen) -> None:
    assert seen.face(suspects=False) == (False, None)
    assert seen.face(suspects=False) == (True, None)


@pytest.mark.requirement("R-27")
def test_a_border_in_every_frame_is_told_once_and_nobody_is_compared(seen: Seen) -> None:
    assert [seen.face(suspects=True) for _ in range(VOTES_MIN + 2)] == [
        *[(False, None)] * (VOTES_MIN - 1),
        (False, Sign.BORDER),
        *[(False, None)] * 2,
    ]
    assert seen.face(suspects=False) == (False, None)


def test_one_frame_that_errs_delays_and_does_not_suspect(seen: Seen) -> None:
    seen.watch.take_frame(frame(0))
    assert seen.face(suspects=True) == (False, None)
    assert seen.face(suspects=False) == (False, None)
    assert seen.face(suspects=False) == (True, None)


def test_a_few_in_many_do_not_suspect(seen: Seen) -> None:
    for number in range(30):
        _, told = seen.face(suspects=number % 4 == 3)
        assert told is None
    assert seen.watch.may_compare


def test_half_of_them_are_enough(seen: Seen) -> None:
    told = [seen.face(suspects=number % 2 == 0)[1] for number in range(6)]
    assert told == [None, None, None, None, Sign.BORDER, None]


def test_another_attempt_counts_faces_anew_and_keeps_what_it_knows_of_the_camera(seen: Seen) -> None:
    for _ in range(VOTES_MIN):
        seen.face(suspects=True)
    seen.watch.restart()
    assert seen.face(suspects=False) == (True, None)


def test_forgetting_begins_from_nothing(seen: Seen) -> None:
    for _ in range(VOTES_MIN):
        seen.face(suspects=True)
    seen.watch.forget()
    assert seen.face(suspects=False) == (False, None)


@pytest.mark.parametrize(("sign", "just_below"), [(Sign.FROZEN, 5.0), (Sign.LOOPED, 2.0), (Sign.BORDER, 0.399)])
def test_every_sign_has_its_limit_and_says_what_it_rests_on(sign: Sign, just_below: float) -> None:
    limit = LIMITS[sign]
    assert not reading(sign, just_below).suspects
    assert reading(sign, limit.value).suspects
    assert limit.evidence
    assert limit.limits
    assert set(LIMITS) == set(Sign) - {Sign.OPERATOR_MODEL}  # whose limit is on its own card
