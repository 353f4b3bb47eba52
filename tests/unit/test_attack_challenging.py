"""The challenge over frames, with a network that gives the points the test says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.domain.act import Act
from kiosk.face.attack.challenge import ACT_S, Step
from kiosk.face.attack.challenging import Challenging
from kiosk.face.attack.landmarks import DenseFace, Landmarks, Points
from kiosk.face.attack.pose import turn_since
from kiosk.face.detector import Face
from kiosk.face.models import checked_models, landmark_model
from kiosk.face.networks import Models
from kiosk.face.port import (
    ChallengeAsked,
    ChallengeFailed,
    ChallengeMet,
    EngineEvent,
    EngineUnavailable,
    SubjectChanged,
)
from kiosk.face.settings import EngineSettings
from kiosk.face.work import VisitWork
from tests.helpers.face_made import made_face
from tests.helpers.face_photos import face_of, free_photos, models, zone_of
from tests.helpers.mesh import as_head, made_mesh

__all__ = ["free_photos"]

MESH = made_mesh()
TURNED = {
    Act.TURN_LEFT: as_head(MESH, yaw_deg=25.0),
    Act.TURN_RIGHT: as_head(MESH, yaw_deg=-25.0),
    Act.NOD: as_head(MESH, pitch_deg=18.0),
    Act.FRONT: MESH,
}
PICTURE: BgrImage = np.zeros((400, 400, 3), dtype=np.uint8)
FACE = made_face(60.0)


class Points468(Landmarks):
    """Gives what was set last; looks at no picture."""

    def __init__(self) -> None:
        self.points: Points = MESH
        self.presence = 20.0
        self.forgotten = 0

    def of(self, picture: BgrImage, face: Face) -> DenseFace:
        return DenseFace(self.points.copy(), self.presence)

    def forget(self) -> None:
        self.forgotten += 1


def challenge(seed: int = 1, acts: int = 2) -> tuple[Challenging, Points468]:
    points = Points468()
    challenging = Challenging(points, acts, Random(seed))
    challenging.start(PICTURE, FACE, 0.0)
    return challenging, points


def does(challenging: Challenging, points: Points468, act: Act, at_s: float) -> list[EngineEvent]:
    points.points = (MESH + TURNED[act]) / 2
    challenging.take_face(PICTURE, FACE, at_s - 0.1, usable=False)
    points.points = TURNED[act]
    return list(challenging.news(challenging.take_face(PICTURE, FACE, at_s, usable=act is Act.FRONT)))


@pytest.mark.parametrize("seed", range(6))
def test_whoever_does_as_asked_meets_it(seed: int) -> None:
    challenging, points = challenge(seed)
    (asked,) = challenging.asked()
    told: list[EngineEvent] = [asked]
    at_s = 0.0
    while isinstance(last := told[-1], ChallengeAsked):
        at_s += 0.7
        told += [event for event in does(challenging, points, last.act, at_s) if not isinstance(event, SubjectChanged)]
    assert told[-1] == ChallengeMet()
    assert [event.act is Act.FRONT for event in told[:-1] if isinstance(event, ChallengeAsked)] == [False, True] * 2
    assert [event.step for event in told[:-1] if isinstance(event, ChallengeAsked)] == [1, 1, 2, 2]
    assert challenging.met


def test_time_and_another_act_end_it_with_a_word_and_once() -> None:
    challenging, points = challenge()
    (asked,) = challenging.asked()
    other = next(act for act in (Act.TURN_LEFT, Act.TURN_RIGHT, Act.NOD) if act is not asked.act)
    assert does(challenging, points, other, 0.5) == [ChallengeFailed("other_act")]
    assert does(challenging, points, asked.act, 0.6) == []
    late, _ = challenge()
    assert list(late.news(late.take_nothing(ACT_S + 0.1))) == [ChallengeFailed("time_over")]
    assert list(late.news(late.take_nothing(ACT_S + 0.2))) == []


def test_points_of_no_face_are_no_turn() -> None:
    challenging, points = challenge()
    (asked,) = challenging.asked()
    points.points = (MESH + TURNED[asked.act]) / 2
    challenging.take_face(PICTURE, FACE, 0.3, usable=False)
    points.points, points.presence = TURNED[asked.act], -1.0
    assert challenging.take_face(PICTURE, FACE, 0.5, usable=False) is Step.NOTHING
    points.presence = 5.0
    assert not challenging.looks_away
    assert challenging.take_face(PICTURE, FACE, 0.6, usable=False) is Step.DONE
    assert challenging.looks_away
    does(challenging, points, Act.FRONT, 1.0)
    assert not challenging.looks_away


def test_nothing_begins_where_the_network_sees_no_face() -> None:
    points = Points468()
    points.presence = -3.0
    challenging = Challenging(points, 2)
    challenging.start(PICTURE, FACE, 0.0)
    assert not challenging.started
    assert list(challenging.asked()) == []


def test_forgetting_overwrites_and_the_next_one_is_asked_anew() -> None:
    challenging, points = challenge()
    kept = challenging._straight
    assert kept is not None
    assert kept.array.any()
    challenging.forget()
    assert kept.closed
    assert points.forgotten == 1
    assert not challenging.started


# --- with the network, on photographs ---------------------------------------------------------------


@pytest.fixture(scope="module")
def landmarks() -> Iterator[Landmarks]:
    try:
        made = Landmarks(landmark_model())
    except EngineUnavailable as unavailable:
        pytest.skip(f"the model of dense points is not installed ({unavailable.code})")
    yield made
    made.forget()


@pytest.mark.photos
def test_the_points_lie_on_eyes_and_mouth_wherever_the_face_is(
    landmarks: Landmarks, free_photos: dict[str, BgrImage]
) -> None:
    for name in ("person_a_1", "person_b_1"):
        zone = zone_of(free_photos[name])
        for roll_deg in (0.0, 15.0):
            turned = cv2.getRotationMatrix2D((280.0, 330.0), roll_deg, 0.9)
            picture = np.asarray(cv2.warpAffine(zone, turned, (563, 677), borderValue=(96, 96, 96)), dtype=np.uint8)
            face = face_of(picture)
            dense = landmarks.of(picture, face)
            assert dense.presence > 5
            outer = dense.points[[33, 133]].mean(axis=0)[:2], dense.points[[263, 362]].mean(axis=0)[:2]
            for point, eye in zip(outer, face.points[:2], strict=True):
                assert np.linalg.norm(point - eye) < 0.15 * face.eye_distance_px
            mouth = dense.points[[61, 291]][:, :2]
            assert np.linalg.norm(mouth - face.points[3:], axis=1).max() < 0.25 * face.eye_distance_px


@pytest.mark.photos
def test_a_photograph_moved_and_turned_in_the_hand_is_no_act(
    landmarks: Landmarks, free_photos: dict[str, BgrImage]
) -> None:
    zone = zone_of(free_photos["person_b_1"])
    straight = landmarks.of(zone, face_of(zone)).points
    for corners in (((60, 20), (500, 0), (500, 677), (60, 657)), ((0, 0), (563, 0), (520, 600), (40, 600))):
        given = np.array(((0, 0), (563, 0), (563, 677), (0, 677)), dtype=np.float32)
        plane = cv2.getPerspectiveTransform(given, np.array(corners, dtype=np.float32))
        picture = np.asarray(cv2.warpPerspective(zone, plane, (563, 677)), dtype=np.uint8)
        turn = turn_since(straight, landmarks.of(picture, face_of(picture)).points)
        assert abs(turn.yaw_deg) < 10
        assert abs(turn.pitch_deg) < 8
        assert turn.off_plane < 0.03


@pytest.mark.photos
def test_a_visit_asks_after_the_first_probe_and_a_straight_face_alone_runs_out_of_time(
    landmarks: Landmarks, free_photos: dict[str, BgrImage]
) -> None:
    work = VisitWork(Models(checked_models(), landmark_model()), EngineSettings(challenge_acts=2))
    zone = zone_of(free_photos["person_a_1"])
    told: list[EngineEvent] = []
    for number in range(14):
        told += work.take_frame(zone, number, number * 0.4)
    work.forget()
    kinds = [type(event) for event in told if isinstance(event, ChallengeAsked | ChallengeMet | ChallengeFailed)]
    assert kinds == [ChallengeAsked, ChallengeFailed]


@pytest.mark.photos
def test_without_a_challenge_no_dense_points_are_looked_for(free_photos: dict[str, BgrImage]) -> None:
    work = VisitWork(models(), EngineSettings())
    told = [
        event for number in range(3) for event in work.take_frame(zone_of(free_photos["person_a_1"]), number, number)
    ]
    assert not any(isinstance(event, ChallengeAsked) for event in told)
    work.forget()


def test_a_model_that_is_not_there_is_said_by_name(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.toml"
    manifest.write_text("model = []\n", encoding="utf-8")
    with pytest.raises(EngineUnavailable, match="landmarks_missing"):
        landmark_model(manifest)
