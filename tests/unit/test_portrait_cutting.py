"""Rehearsal portraits cut from real photographs stay comparable after the trip through the chip's 1,024 bytes."""

from __future__ import annotations

import pytest

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.face.comparator import Comparator, similarity
from kiosk.face.detector import Detector
from kiosk.face.models import checked_models
from kiosk.face.reference import make_reference
from kiosk.portrait.rehearsal import RehearsalDecoder
from kiosk.rehearsal.photos import PersonPhotos, PhotosUnavailable, people
from kiosk.rehearsal.portraits import EYE_DISTANCE_PX, chip_portrait, portrait_block

pytestmark = pytest.mark.photos


@pytest.fixture(scope="module")
def photographed() -> list[PersonPhotos]:
    try:
        return people()
    except PhotosUnavailable as unavailable:
        pytest.skip(str(unavailable))


def test_portraits_have_the_size_and_the_head_of_an_identity_card(photographed: list[PersonPhotos]) -> None:
    paths = checked_models()
    detector, comparator = Detector(paths.yunet), Comparator(paths.sface)
    for person in photographed:
        portrait = chip_portrait(person.portrait)
        assert portrait.shape == (126, 102, 3)
        assert abs(make_reference(portrait, detector, comparator).eye_distance_px - EYE_DISTANCE_PX) < 4


def test_the_block_still_shows_its_person_and_nobody_else(photographed: list[PersonPhotos]) -> None:
    paths = checked_models()
    detector, comparator = Detector(paths.yunet), Comparator(paths.sface)
    decoder = RehearsalDecoder(rehearsal=True)

    def features(picture: BgrImage):  # type: ignore[no-untyped-def]  # the comparator's own type, by inference
        return make_reference(picture, detector, comparator).features

    references = [features(decoder.decode(PortraitFormat.WLT, portrait_block(p.portrait))) for p in photographed]
    originals = [features(person.portrait) for person in photographed]
    for row, reference in enumerate(references):
        scores = [similarity(reference, original) for original in originals]
        assert scores[row] > 0.6
        assert max(score for column, score in enumerate(scores) if column != row) < 0.35
