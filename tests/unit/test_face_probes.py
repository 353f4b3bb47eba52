"""The best probes are kept, a stranger's are not mixed in, and nothing stays."""

from __future__ import annotations

import numpy as np

from drivers.sensitive_memory import sensitive_count
from kiosk.face.comparator import Features, similarity, unit
from kiosk.face.probes import CONSIDERED, KEPT, Probes

random = np.random.default_rng(7)


def person() -> Features:
    return unit(random.normal(size=128).astype(np.float32))


def frame_of(features: Features, noise: float = 0.03) -> Features:
    return unit(features + random.normal(scale=noise, size=128).astype(np.float32))


def test_the_best_are_kept() -> None:
    probes, subject = Probes(), person()
    bad = [frame_of(subject) for _ in range(KEPT)]
    good = [frame_of(subject) for _ in range(KEPT)]
    mean = unit(np.mean(good, axis=0))
    for features in bad:
        probes.add(features, merit=0.2)
    for features in good:
        probes.add(features, merit=0.9)
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
        probes.add(frame_of(subject), merit=0.5)
    assert not probes.wants(0.5)
    assert probes.wants(0.6)
    probes.forget()


def test_a_stranger_does_not_resemble() -> None:
    probes, subject = Probes(), person()
    assert probes.resembles(person())  # nobody yet
    probes.add(frame_of(subject), 0.5)
    assert probes.resembles(frame_of(subject))
    assert not probes.resembles(person())
    probes.forget()


def test_forgetting_overwrites() -> None:
    probes, features = Probes(), person()
    probes.add(features, 0.5)
    probes.forget()
    assert not features.any()
    assert "features" not in sensitive_count().living
    assert (len(probes), probes.captured) == (0, 0)
