"""The palette is computed, not trusted: contrast of every pair, in both themes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.style import TONES, style_sheet
from kiosk.ui.tokens import DAY, NIGHT, SHAPE_PAIRS, STRONG_PAIRS, TEXT_PAIRS, Metrics, Palette, Role, Skin, contrast

THEMES = pytest.mark.parametrize("palette", [DAY, NIGHT], ids=["day", "night"])


def test_contrast_agrees_with_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1.0


@pytest.mark.requirement("R-101")
@THEMES
@pytest.mark.parametrize(
    ("pairs", "least"), [(TEXT_PAIRS, 4.5), (STRONG_PAIRS, 7.0), (SHAPE_PAIRS, 3.0)], ids=["text", "verdict", "shape"]
)
def test_contrast_of_every_pair(palette: Palette, pairs: tuple[tuple[str, str], ...], least: float) -> None:
    for text, ground in pairs:
        ratio = contrast(getattr(palette, text), getattr(palette, ground))
        assert ratio >= least, f"{text} on {ground}: {ratio:.2f}"


@THEMES
def test_the_style_sheet_uses_no_colour_of_its_own(palette: Palette) -> None:
    sheet = style_sheet(Skin(palette, Metrics.for_window(1080, 1920)))
    ours = set(vars(palette).values())
    assert set(re.findall(r"#[0-9a-f]{6}", sheet)) <= ours
    assert all(hasattr(palette, name) for name in TONES.values())


@pytest.mark.requirement("R-100")
@given(width=st.integers(400, 4000), height=st.integers(400, 4000), scale=st.floats(1.0, 2.0))
def test_targets_never_fall_below_their_smallest_size(width: int, height: int, scale: float) -> None:
    metrics = Metrics.for_window(width, height, scale)
    assert metrics.target(10) >= 56
    assert metrics.primary() >= 96
    assert metrics.gap >= 8
    assert all(metrics.type_px(role) >= 14 for role in Role)


def test_the_two_designed_sizes_are_unscaled() -> None:
    assert Metrics.for_window(1080, 1920) == Metrics(portrait=True, scale=1.0)
    assert Metrics.for_window(1280, 800) == Metrics(portrait=False, scale=1.0)
