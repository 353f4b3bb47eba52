"""Rehearsal portraits cut from real photographs stay comparable after the trip through the chip's 1,024 bytes."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.face.comparator import similarity
from kiosk.face.reference import make_reference
from kiosk.portrait.rehearsal import RehearsalDecoder
from kiosk.rehearsal.photos import PersonPhotos, PhotosUnavailable, people
from kiosk.rehearsal.portraits import BACKGROUND, EYE_DISTANCE_PX, chip_portrait, portrait_block
from tests.helpers.face_photos import models

pytestmark = pytest.mark.photos


@pytest.fixture(scope="module")
def photographed() -> list[PersonPhotos]:
    try:
        return people()
    except PhotosUnavailable as unavailable:
        pytest.skip(str(unavailable))


def test_portraits_have_the_size_and_the_head_of_an_identity_card(photographed: list[PersonPhotos]) -> None:
    for person in photographed:
        portrait = chip_portrait(person.portrait)
        assert portrait.shape == (126, 102, 3)
        assert abs(make_reference(portrait, models()).eye_distance_px - EYE_DISTANCE_PX) < 4


def test_the_block_still_shows_its_person_and_nobody_else(photographed: list[PersonPhotos]) -> None:
    decoder = RehearsalDecoder(rehearsal=True)

    def features(picture: BgrImage):  # type: ignore[no-untyped-def]  # the comparator's own type, by inference
        return make_reference(picture, models()).features

    references = [features(decoder.decode(PortraitFormat.WLT, portrait_block(p.portrait))) for p in photographed]
    originals = [features(person.portrait) for person in photographed]
    for row, reference in enumerate(references):
        scores = [similarity(reference, original) for original in originals]
        assert scores[row] > 0.6
        assert max(score for column, score in enumerate(scores) if column != row) < 0.35


def test_the_ground_is_plain_and_the_face_is_not_touched(photographed: list[PersonPhotos]) -> None:
    for person in photographed:
        portrait = chip_portrait(person.portrait)
        assert (portrait[:20, :12] == BACKGROUND).all()
        assert (portrait[:20, -12:] == BACKGROUND).all()
        face = portrait[40:90, 30:72]
        assert len(np.unique(face)) > 60
        assert (face == BACKGROUND).mean() < 0.1
