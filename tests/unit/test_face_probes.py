"""The best probes are kept, a stranger's are not mixed in, and nothing stays."""

from __future__ import annotations

import numpy as np

from drivers.sensitive_memory import sensitive_count
from kiosk.camera.port import BgrImage
from kiosk.face.comparator import Features, similarity, unit
from kiosk.face.probes import CONSIDERED, KEPT, Probes

random = np.random.default_rng(7)


def person() -> Features:
    return unit(random.normal(size=128).astype(np.float32))


def frame_of(features: Features, noise: float = 0.03) -> Features:
    return unit(features + random.normal(scale=noise, size=128).astype(np.float32))


def cut_out(value: int = 9) -> BgrImage:
    return np.full((150, 150, 3), value, dtype=np.uint8)


def test_the_best_are_kept() -> None:
    probes, subject = Probes(), person()
    bad = [frame_of(subject) for _ in range(KEPT)]
    good = [frame_of(subject) for _ in range(KEPT)]
    mean = unit(np.mean(good, axis=0))
    for features in bad:
        probes.add(features, 0.2, cut_out())
    for features in good:
        probes.add(features, 0.9, cut_out())
    assert len(probes) == KEPT
    assert probes.captured == 2 * KEPT
    assert similarity(probes.mean(), mean) > 0.9999
    assert not any(features.any() for features in bad + good)  # one holder remains
    assert sensitive_count().living["features"] == KEPT  # what was dropped is overwritten
    probes.forget()


def test_enough_is_enough() -> None:
    probes, subject = Probes(), person()
    for _ in range(CONSIDERED):
        assert probes.wants(0.1)
        probes.add(frame_of(subject), 0.5, cut_out())
    assert not probes.wants(0.5)
    assert probes.wants(0.6)
    probes.forget()


def test_a_stranger_does_not_resemble() -> None:
    probes, subject = Probes(), person()
    assert probes.resembles(person())  # nobody yet
    probes.add(frame_of(subject), 0.5, cut_out())
    assert probes.resembles(frame_of(subject))
    assert not probes.resembles(person())
    probes.forget()


def test_the_best_picture_is_taken_once() -> None:
    probes, subject = Probes(), person()
    for merit, value in ((0.4, 4), (0.8, 8)):
        probes.add(frame_of(subject), merit, cut_out(value))
    taken = [probes.take_best_cut_out() for _ in range(3)]
    assert [None if picture is None else int(picture.array[0, 0, 0]) for picture in taken] == [8, 4, None]
    for picture in taken:
        if picture is not None:
            picture.close()
    probes.forget()


def test_forgetting_overwrites() -> None:
    probes, features, picture = Probes(), person(), cut_out()
    probes.add(features, 0.5, picture)
    probes.forget()
    assert not features.any()
    assert not picture.any()
    assert not {"features", "aligned face"} & sensitive_count().living.keys()
    assert (len(probes), probes.captured) == (0, 0)
