"""A small portrait's template rests on several searches and sizes; a larger one is taken as it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk.camera.port import BgrImage
from kiosk.face.comparator import similarity
from kiosk.face.reference import make_reference, reference_features, search_scale, the_one_face
from kiosk.face.second import nearness
from tests.helpers.face_photos import chip_portrait, face_of, free_photos, models  # noqa: F401  the fixture is used

pytestmark = pytest.mark.photos


def plain_features(picture: BgrImage):  # type: ignore[no-untyped-def]  # the comparator's own type
    face = the_one_face(models().detector.find(picture, search_scale(picture.shape[1], picture.shape[0])))
    return face, models().comparator.features(models().comparator.align(picture, face))


def test_a_large_portrait_is_taken_as_it_is(free_photos: dict[str, BgrImage]) -> None:  # noqa: F811
    picture = free_photos["person_b_1"]
    face, plain = plain_features(picture)
    assert similarity(reference_features(picture, face, models()), plain) == pytest.approx(1.0, abs=1e-6)


def test_a_small_portrait_says_nearly_the_same_when_its_face_was_found_a_little_off(
    free_photos: dict[str, BgrImage],  # noqa: F811
) -> None:
    steadier = []
    for name in ("person_a_1", "person_a_2", "person_b_1", "person_b_2"):
        portrait = chip_portrait(free_photos[name])
        face, plain = plain_features(portrait)
        off = face.with_points(face.points * np.float32(1.006))
        off_plain = models().comparator.features(models().comparator.align(portrait, off))
        ours, ours_off = (reference_features(portrait, each, models()) for each in (face, off))
        steadier.append(similarity(ours, ours_off) - similarity(plain, off_plain))
    assert np.mean(steadier) > 0


def test_both_comparators_know_the_person_of_a_small_portrait(free_photos: dict[str, BgrImage]) -> None:  # noqa: F811
    reference = make_reference(chip_portrait(free_photos["person_b_2"]), models())
    near = {}
    for name in ("person_b_1", "person_a_2"):
        picture = free_photos[name]
        cut_out = models().second.cut_out(picture, face_of(picture))
        assert cut_out.shape == (150, 150, 3)
        near[name] = nearness(models().second.features(reference.cut_out.array), models().second.features(cut_out))
    assert near["person_b_1"] > 0.5 > near["person_a_2"]
    reference.forget()
    assert not reference.features.any()
    assert not reference.cut_out.array.any()


def test_the_cut_out_is_upright_and_red_green_blue(free_photos: dict[str, BgrImage]) -> None:  # noqa: F811
    picture = free_photos["person_b_1"]
    upright = models().second.cut_out(picture, face_of(picture))
    assert upright[60:90, 60:90, 0].mean() > upright[60:90, 60:90, 2].mean()  # skin has more red than blue
    turn = cv2.getRotationMatrix2D((picture.shape[1] / 2, picture.shape[0] / 2), 15, 1.0)
    turned = np.asarray(cv2.warpAffine(picture, turn, picture.shape[1::-1]), dtype=np.uint8)
    again = models().second.cut_out(turned, face_of(turned))
    assert np.corrcoef(upright.ravel(), again.ravel())[0, 1] > 0.9
