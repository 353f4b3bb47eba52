"""A monkey at a gate and a desk, for a moment; script/soak lets it play for 100,000 acts."""

from __future__ import annotations

import pytest

from tests.helpers.monkey_world import World
from tests.soak import monkey


@pytest.mark.requirement("R-21", "R-44", "R-67")
def test_whatever_is_done_the_windows_keep_their_promises() -> None:
    figures = monkey.acts(300, seed=20)
    assert figures.violations == []
    assert figures.counts["acts"] == 300
    assert figures.counts["camera openings"] > 0


def test_a_broken_promise_is_told_with_seed_and_last_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in = World.plug_in

    def with_a_camera_left_open(world: World) -> None:
        plug_in(world)
        world.camera.is_open = True

    monkeypatch.setattr(World, "plug_in", with_a_camera_left_open)
    [violation] = monkey.acts(80, seed=21).violations
    assert "its sign says otherwise" in violation
    assert violation.endswith("seed 21")
    assert " | " in violation
