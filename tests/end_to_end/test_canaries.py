"""People whose every byte is known visit the real product, and a second after each decision its memory is searched.

The long run, sixty visits of all kinds, is a part of ``script/soak``. Here a handful, after a look into a visit under
way, which has to find them all: what finds nothing there would find nothing anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.rehearsal.kinds import KINDS
from kiosk.rehearsal.photos import PhotosUnavailable
from tests.helpers.canary_world import MARK, VISIT_PROCESS, CanaryWorld, canary_world, files_with, texts_of

pytestmark = [
    pytest.mark.photos,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may look into other processes' memory"),
]

PLAYED = ("match", "withdrew")
HELD_BY_THE_VISIT = frozenset(
    {
        "frame rows",
        "resized frame",
        "aligned face",
        "detector input, float32 planar",
        "features",
        "portrait, as on the chip",
        "portrait, cut out for the second comparator",
        "portrait, decoded",
        "portrait, features",
    }
)


@pytest.fixture(scope="module")
def world() -> Iterator[CanaryWorld]:
    kinds = {kind.name: kind for kind in KINDS}
    control = replace(kinds["non_match"], name="control")
    try:
        with canary_world([control, *(kinds[name] for name in PLAYED)]) as raised:
            yield raised
    except PhotosUnavailable as unavailable:
        pytest.skip(str(unavailable))


def test_the_search_finds_what_is_there(world: CanaryWorld) -> None:
    sight = world.look_into_a_visit(world.parts[0], HELD_BY_THE_VISIT)
    assert set(sight.by_process[VISIT_PROCESS].bytes_by_name) >= HELD_BY_THE_VISIT
    assert {"frame rows", "preview", "name or address, utf-8"} <= set(sight.by_process["gate"].bytes_by_name)
    assert sight.unscanned_bytes == 0


@pytest.mark.requirement("R-43", "R-83")
@pytest.mark.parametrize("place", range(1, len(PLAYED) + 1), ids=PLAYED)
def test_a_second_after_the_decision_nothing_is_left(world: CanaryWorld, place: int) -> None:
    part = world.parts[place]
    actual, sight = world.play(part)
    assert actual == part.kind.expected
    assert sight.hits() == {}
    assert sight.unscanned_bytes == 0, "UNKNOWN: not everything could be read"
    assert VISIT_PROCESS not in sight.by_process
    count = world.sensitive_count()
    assert count["overwrites_freed"], "started without what overwrites freed names"
    assert set(count["living"]) <= {"key"}
    assert set(count["abandoned"]) <= {"answer"}


def test_a_number_typed_at_the_desk_is_not_left(world: CanaryWorld) -> None:
    sight = world.type_at_desk(world.parts[0])
    assert sight.hits() == {}
    assert sight.unscanned_bytes == 0, "UNKNOWN: not everything could be read"


@pytest.mark.requirement("R-43", "R-45")
def test_the_files_hold_nobody(world: CanaryWorld) -> None:
    folder = world.performance.venue.folder
    marks = {name: mark for part in world.parts for name, mark in texts_of(part).items()}
    marks |= {f"portrait of {part.kind.name}": part.portrait_block[32:96] for part in world.parts}
    marks |= {f"number of {part.kind.name}": part.visitor.number.encode() for part in world.parts}
    assert files_with(folder, marks) == {}


def test_the_search_of_files_finds_what_is_there(world: CanaryWorld) -> None:
    planted = world.performance.venue.folder / "gate.log.copy"
    planted.write_text(f"... {MARK} ...", encoding="utf-8")
    assert files_with(planted.parent, {"name": MARK.encode()}) == {"name": 1}
    planted.unlink()
