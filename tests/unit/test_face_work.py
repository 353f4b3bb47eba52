"""One visit's work on real photographs: who is compared, who never is, and when what was captured stops counting."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import pytest

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage, Zone
from kiosk.camera.zone import zone_pixels
from kiosk.evaluate import drawing
from kiosk.face.advice import UNSURE_HOLDS_BACK_S
from kiosk.face.port import (
    Advice,
    AttackSuspected,
    Compared,
    EngineEvent,
    FaceObserved,
    ReferenceFailed,
    ReferenceReady,
    SubjectChanged,
)
from kiosk.face.probes import CONSIDERED
from kiosk.face.settings import EngineSettings
from kiosk.face.thresholds import PortraitKind, threshold_for
from kiosk.face.work import SEVERAL_LAST_S, VisitWork
from kiosk.rehearsal.film_scene import Place
from tests.helpers.face_photos import (  # noqa: F401  the fixture is used
    PHOTO_NAMES,
    at_eye_distance,
    chip_portrait,
    face_of,
    free_photos,
    models,
    zone_of,
    zone_with,
)
from tests.soak.pictures import picture

pytestmark = pytest.mark.photos
FRAME_S = 1 / 30
Photos = dict[str, BgrImage]


class Visit:
    """Plays frames at 30 a second and keeps every event."""

    def __init__(self, settings: EngineSettings | None = None) -> None:
        self.work = VisitWork(models(), settings or EngineSettings())
        self.events: list[EngineEvent] = []
        self._frames = 0

    def reference(self, picture: BgrImage, name: str = "rehearsal") -> None:
        self.events += self.work.take_reference(chip_portrait(picture), PortraitFormat.WLT, name, 0.0)

    def frames(self, zones: Iterable[BgrImage]) -> list[EngineEvent]:
        """What came of these frames alone."""
        new: list[EngineEvent] = []
        for zone in zones:
            self._frames += 1
            new += self.work.take_frame(zone, self._frames, self._frames * FRAME_S)
        self.events += new
        return new

    def wait(self, seconds: float) -> None:
        self._frames += int(seconds / FRAME_S)


def of_kind(events: list[EngineEvent], kind: type) -> list[EngineEvent]:
    return [event for event in events if isinstance(event, kind)]


def observed(events: list[EngineEvent]) -> list[FaceObserved]:
    return [event for event in events if isinstance(event, FaceObserved)]


def scores(events: list[EngineEvent]) -> list[float]:
    return [event.score for event in events if isinstance(event, Compared)]


@pytest.fixture
def visit() -> Visit:
    return Visit()


def test_the_same_person_scores_above_and_others_below_the_threshold(free_photos: Photos) -> None:  # noqa: F811
    threshold = threshold_for(PortraitKind.REHEARSAL_CHIP).value
    mated = [("person_a_2", "person_a_1"), ("person_b_1", "person_b_2"), ("person_b_2", "person_b_1")]
    nonmated = [("person_a_2", "person_b_1"), ("impostor_1", "person_a_2"), ("impostor_2", "person_b_1")]
    found = {}
    for portrait, live in mated + nonmated:
        visit = Visit()
        visit.reference(free_photos[portrait])
        visit.frames(zone_of(free_photos[live], 80, dx) for dx in (0, 4))
        found[portrait, live] = scores(visit.events)[-1]
    assert min(found[pair] for pair in mated) > threshold + 0.04
    assert max(found[pair] for pair in nonmated) < threshold - 0.04


@pytest.mark.parametrize(
    ("names", "compared", "faces", "advice"),
    [
        ([], 0, 0, Advice.NOBODY),
        (["person_b_1"], 1, 1, Advice.NONE),
        (["person_b_1", "person_a_2"], 0, 2, Advice.ONE_PERSON),
        (["person_b_1", "person_a_2", "impostor_1"], 0, 3, Advice.ONE_PERSON),
    ],
)
def test_exactly_one_near_face_is_compared(
    free_photos: Photos, visit: Visit, names: list[str], compared: int, faces: int, advice: Advice  # noqa: F811
) -> None:  # fmt: skip
    places = [(150, 160), (420, 500), (140, 520)]
    visit.reference(free_photos["person_b_2"])
    zone = zone_with(
        (at_eye_distance(free_photos[name], 75), *place) for name, place in zip(names, places, strict=False)
    )
    events = visit.frames([zone])
    assert len(scores(events)) == compared
    (seen,) = of_kind(events, FaceObserved)
    assert isinstance(seen, FaceObserved)
    assert (seen.faces, seen.advice, seen.near_enough) == (faces, advice, faces == 1)


@pytest.mark.parametrize(("eye_distance_px", "compared"), [(66, 0), (76, 1), (35, 0), (23, 0)])
def test_faces_beyond_arms_length_are_never_compared(
    free_photos: Photos, visit: Visit, eye_distance_px: float, compared: int  # noqa: F811
) -> None:  # fmt: skip
    visit.reference(free_photos["person_b_2"])
    events = visit.frames([zone_of(free_photos["person_b_1"], eye_distance_px)])
    assert len(scores(events)) == compared
    (seen,) = of_kind(events, FaceObserved)
    assert isinstance(seen, FaceObserved)
    assert seen.eye_distance_px == pytest.approx(eye_distance_px, abs=3.0)
    assert seen.near_enough == bool(compared)


def test_somebody_far_behind_does_not_stop_the_attendee(free_photos: Photos, visit: Visit) -> None:  # noqa: F811
    visit.reference(free_photos["person_b_2"])
    near, far = at_eye_distance(free_photos["person_b_1"], 85), at_eye_distance(free_photos["impostor_2"], 40)
    events = visit.frames([zone_with([(near, 220, 420), (far, 490, 110)])])
    assert len(scores(events)) == 1


@pytest.mark.parametrize("dx_px", [0, 60])
def test_a_swap_of_persons_is_seen_and_no_score_crosses_it(
    free_photos: Photos, visit: Visit, dx_px: int  # noqa: F811
) -> None:  # fmt: skip
    """The holder stands for ten frames, then somebody else stands exactly there, or a little beside."""
    holder, other = free_photos["person_b_1"], free_photos["impostor_2"]
    visit.reference(free_photos["person_b_2"])
    before = visit.frames(zone_of(holder, 90, dx) for dx in range(0, 20, 2))
    assert not of_kind(before, SubjectChanged)
    after = visit.frames(zone_of(other, 90, dx_px + dx) for dx in range(20, 30, 2))
    changed = next(i for i, event in enumerate(after) if isinstance(event, SubjectChanged))
    assert not scores(after[:changed])
    assert scores(after[changed:])
    assert max(scores(after[changed:])) < threshold_for(PortraitKind.REHEARSAL_CHIP).value
    first = next(event for event in after[changed:] if isinstance(event, Compared))
    assert (first.frames, first.captured) == (1, 1)


def test_a_second_person_stepping_in_resets_what_was_captured(free_photos: Photos, visit: Visit) -> None:  # noqa: F811
    visit.reference(free_photos["person_b_2"])
    visit.frames(zone_of(free_photos["person_b_1"], 80, dx) for dx in range(3))
    both = zone_with(
        [
            (at_eye_distance(free_photos["person_b_1"], 80), 150, 200),
            (at_eye_distance(free_photos["impostor_1"], 80), 430, 480),
        ]
    )
    events = visit.frames([both, both])
    assert len(of_kind(events, SubjectChanged)) == 1
    assert not scores(events)


def test_one_of_two_who_flickers_at_the_floor_leaves_nobody_alone_at_once(
    free_photos: Photos,  # noqa: F811
    visit: Visit,
) -> None:
    visit.reference(free_photos["person_b_2"])
    attendee = at_eye_distance(free_photos["person_b_1"], 80)
    both = zone_with([(attendee, 150, 200), (at_eye_distance(free_photos["impostor_1"], 80), 430, 480)])
    alone = zone_with([(attendee, 150, 200)])
    assert not scores(visit.frames([both, alone, both, alone, alone]))
    visit.wait(SEVERAL_LAST_S)
    assert scores(visit.frames([alone]))


def test_walking_like_a_person_does_not_break_the_track(free_photos: Photos, visit: Visit) -> None:  # noqa: F811
    """Stepping up and swaying for more than a second."""
    visit.reference(free_photos["person_b_2"])
    zones = (
        zone_of(free_photos["person_b_1"], 75 + 20 * min(1.0, n / 20), round(25 * np.sin(n / 8))) for n in range(36)
    )
    events = visit.frames(zones)
    assert not of_kind(events, SubjectChanged)
    assert len(scores(events)) >= 10


def test_coming_back_after_a_while_counts_anew(free_photos: Photos, visit: Visit) -> None:  # noqa: F811
    visit.reference(free_photos["person_b_2"])
    visit.frames([zone_of(free_photos["person_b_1"])])
    visit.wait(1.0)
    events = visit.frames([zone_with([])])
    assert of_kind(events, SubjectChanged)
    again = visit.frames([zone_of(free_photos["person_b_1"])])
    assert [event.captured for event in again if isinstance(event, Compared)] == [1]


def test_probes_wait_for_the_reference(free_photos: Photos, visit: Visit) -> None:  # noqa: F811
    """A passport's portrait comes seconds after its identity: the comparison follows it at once."""
    assert not scores(visit.frames(zone_of(free_photos["person_b_1"], 90, dx) for dx in range(3)))
    visit.reference(free_photos["person_b_2"])
    last = visit.events[-1]
    assert isinstance(last, Compared)
    assert last.frames == 3


def test_a_second_attempt_keeps_the_reference_and_forgets_the_probes(free_photos: Photos, visit: Visit) -> None:  # noqa: F811
    visit.reference(free_photos["person_b_2"])
    visit.frames(zone_of(free_photos["person_b_1"], 90, dx) for dx in range(3))
    visit.work.restart()
    events = visit.frames([zone_of(free_photos["person_b_1"])])
    assert [event.captured for event in events if isinstance(event, Compared)] == [1]


def test_the_best_frames_are_compared_not_the_first(free_photos: Photos, visit: Visit) -> None:  # noqa: F811
    """Ten frames that are just usable come first; five better ones later take all their places."""
    good = zone_of(free_photos["person_a_2"], 110)
    poor = cv2.GaussianBlur(good, (0, 0), 2.0).astype(np.uint8)
    poor[:, poor.shape[1] // 2 :] //= 2  # light from one side
    visit.reference(free_photos["person_a_1"])
    first = visit.frames([poor] * 12)
    assert len(scores(first)) == CONSIDERED  # no better than those kept: not worth their features
    after = visit.frames([good] * 5)
    assert len(scores(after)) == 5
    alone = Visit()
    alone.reference(free_photos["person_a_1"])
    best = scores(alone.frames([good] * 5))[-1]
    assert scores(after)[-1] == pytest.approx(best, abs=0.005)
    assert scores(after)[-1] > scores(first)[-1] + 0.02
    assert scores(visit.frames([poor] * 3)) == []  # and the poor ones are not wanted any more


def test_a_mask_is_asked_for_and_then_taken_as_it_is(free_photos: Photos, visit: Visit) -> None:  # noqa: F811
    """The cue may be wrong: it holds frames back for a while only, and says so no longer."""
    open_face = zone_of(free_photos["person_a_2"], 110)
    covered = drawing.mask(open_face, face_of(open_face), 0.6, 1)
    visit.reference(free_photos["person_a_1"])
    seen = observed(visit.frames([covered] * 9))
    assert {(one.advice, one.usable) for one in seen} == {(Advice.SHOW_FACE, False)}
    assert observed(visit.frames([open_face]))[0].usable  # taken down: no waiting
    visit.wait(UNSURE_HOLDS_BACK_S)
    late = observed(visit.frames([covered] * 20))
    assert all(one.usable for one in late)
    assert late[-1].advice is Advice.NONE


def test_a_blurred_frame_becomes_no_probe(free_photos: Photos, visit: Visit) -> None:  # noqa: F811
    visit.reference(free_photos["person_b_2"])
    blurred = np.asarray(cv2.GaussianBlur(zone_of(free_photos["person_b_1"]), (0, 0), 6), dtype=np.uint8)
    events = visit.frames([blurred])
    assert not scores(events)
    (seen,) = of_kind(events, FaceObserved)
    assert isinstance(seen, FaceObserved)
    assert (seen.usable, seen.near_enough, seen.advice) == (False, True, Advice.HOLD_STILL)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda photos: np.full((126, 102, 3), 128, dtype=np.uint8), "no_face"),
        (lambda photos: np.zeros((10, 10, 3), dtype=np.uint8), "malformed"),
        (lambda photos: np.zeros((126, 102), dtype=np.uint8), "malformed"),
        (lambda photos: np.hstack([chip_portrait(photos[name]) for name in PHOTO_NAMES[1:3]]), "several_faces"),
    ],
)
def test_portraits_that_give_no_reference(free_photos: Photos, visit: Visit, make: object, code: str) -> None:  # noqa: F811
    assert callable(make)
    events = list(visit.work.take_reference(make(free_photos), PortraitFormat.BMP, "rehearsal", 0.0))
    assert events == [ReferenceFailed(code)]


def test_a_large_picture_is_a_portrait_too(free_photos: Photos, visit: Visit) -> None:  # noqa: F811
    """As a passport's chip holds it: stricter threshold, and still the same person."""
    visit.events += visit.work.take_reference(free_photos["person_a_2"], PortraitFormat.JPEG2000, "picture", 0.0)
    (ready,) = visit.events
    assert isinstance(ready, ReferenceReady)
    assert ready.portrait_kind == PortraitKind.PICTURE
    assert scores(visit.frames([zone_of(free_photos["person_a_1"], 90)]))[0] > threshold_for(PortraitKind.PICTURE).value


def test_the_reference_says_its_kind(free_photos: Photos, visit: Visit) -> None:  # noqa: F811
    visit.reference(free_photos["person_b_2"], "maker-library")
    (ready,) = visit.events
    assert isinstance(ready, ReferenceReady)
    assert ready.portrait_kind == PortraitKind.CHIP


# --- passive signs of a presentation attack ---------------------------------------------------------


HOLDER = 1
"""person_b, whose other photograph is on the card."""


def filmed(number: int) -> BgrImage:
    """Frame ``number`` of the holder standing still in the film's hall; a sensor's noise is never the same."""
    there = (HOLDER, Place(0.5, 0.45, 110.0))
    return np.ascontiguousarray(zone_pixels(picture([there], np.random.default_rng(number)), Zone()))


def sheet_held_up(photo: BgrImage, number: int) -> BgrImage:
    """Simulated: a photograph as a sheet in front of the same hall, swaying a little."""
    zone = np.ascontiguousarray(zone_pixels(picture([], np.random.default_rng(number)), Zone()))
    sheet = at_eye_distance(photo, 85)
    height, width = sheet.shape[:2]
    left, top = (zone.shape[1] - width) // 2 + number, 100 + number % 2
    zone[top : top + height, left : left + width] = sheet
    return zone


@pytest.fixture
def watched() -> Visit:
    return Visit(EngineSettings(attack_signs=True))


def test_one_frame_is_not_compared_before_another_differs(free_photos: Photos, watched: Visit) -> None:  # noqa: F811
    watched.reference(free_photos["person_b_2"])
    assert not scores(watched.frames([filmed(1)]))
    (first,) = (event for event in watched.frames([filmed(2)]) if isinstance(event, Compared))
    assert (first.frames, first.captured) == (2, 2)
    assert first.score > threshold_for(PortraitKind.REHEARSAL_CHIP).value


def test_a_frozen_picture_is_never_compared_and_told_once(free_photos: Photos, watched: Visit) -> None:  # noqa: F811
    watched.reference(free_photos["person_b_2"])
    events = watched.frames([filmed(1)] * 12)
    assert not scores(events)
    assert of_kind(events, AttackSuspected) == [AttackSuspected("frozen")]
    watched.work.restart()
    again = watched.frames([filmed(1)] * 2)
    assert of_kind(again, AttackSuspected) == [AttackSuspected("frozen")]
    assert not scores(again)


def test_a_living_picture_that_freezes_is_not_compared_from_there_on(
    free_photos: Photos, watched: Visit  # noqa: F811
) -> None:  # fmt: skip
    watched.reference(free_photos["person_b_2"])
    assert scores(watched.frames(filmed(number) for number in range(3)))
    events = watched.frames([filmed(2)] * 8)
    assert not scores(events)
    assert of_kind(events, AttackSuspected) == [AttackSuspected("frozen")]


def test_a_loop_is_suspected_in_its_second_round(free_photos: Photos, watched: Visit) -> None:  # noqa: F811
    """Without a reference, as nothing else would end the visit."""
    loop = [filmed(number) for number in range(10)]
    assert not of_kind(watched.frames(loop), AttackSuspected)
    assert of_kind(watched.frames(loop[:2]), AttackSuspected) == []
    assert of_kind(watched.frames(loop[2:]), AttackSuspected) == [AttackSuspected("looped")]


def test_a_person_who_stands_still_is_not_suspected(free_photos: Photos, watched: Visit) -> None:  # noqa: F811
    watched.reference(free_photos["person_b_2"])
    events = watched.frames(filmed(number) for number in range(20))
    assert not of_kind(events, AttackSuspected)
    assert len(scores(events)) >= 9


def test_a_sheet_held_up_is_not_compared_simulated(free_photos: Photos, watched: Visit) -> None:  # noqa: F811
    watched.reference(free_photos["person_b_2"])
    events = watched.frames(sheet_held_up(free_photos["person_b_1"], number) for number in range(6))
    assert of_kind(events, AttackSuspected) == [AttackSuspected("border")]
    assert not scores(events)


def test_without_the_setting_nothing_is_looked_for(free_photos: Photos, visit: Visit) -> None:  # noqa: F811
    visit.reference(free_photos["person_b_2"])
    events = visit.frames([zone_of(free_photos["person_b_1"], 90)] * 12)
    assert not of_kind(events, AttackSuspected)
    assert scores(events)
