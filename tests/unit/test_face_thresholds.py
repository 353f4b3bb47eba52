"""Every kind of portrait has a threshold, and every threshold its evidence."""

from __future__ import annotations

import pytest

from drivers.port import PortraitFormat
from kiosk.face.thresholds import PortraitKind, has_threshold, portrait_kind, threshold_for


@pytest.mark.parametrize("kind", PortraitKind)
def test_the_evidence_can_carry_its_rate(kind: PortraitKind) -> None:
    evidence = threshold_for(kind).evidence
    assert evidence.nonmated >= 3 / evidence.fmr  # rule of three
    assert evidence.fmr < evidence.fmr_high
    assert evidence.alike_fmr <= threshold_for(kind).target_fmr <= 1e-4
    assert evidence.alike_fmr <= evidence.worst_alike_fmr < 1e-3


@pytest.mark.parametrize(
    ("how", "decoder", "eye_distance_px", "kind"),
    [
        (PortraitFormat.WLT, "rehearsal-webp", 22, PortraitKind.REHEARSAL_CHIP),
        (PortraitFormat.WLT, "maker-library", 22, PortraitKind.CHIP),
        (PortraitFormat.BMP, "reader", 22, PortraitKind.CHIP),  # small is small, however it came
        (PortraitFormat.JPEG, "picture", 39.9, PortraitKind.CHIP),
        (PortraitFormat.JPEG2000, "picture", 40, PortraitKind.PICTURE),
    ],
)
def test_kinds(how: PortraitFormat, decoder: str, eye_distance_px: float, kind: PortraitKind) -> None:
    assert portrait_kind(how, decoder, eye_distance_px) is kind


def test_an_unknown_kind_has_none() -> None:
    assert not has_threshold("passport-2031")
    with pytest.raises(KeyError):
        threshold_for("passport-2031")
