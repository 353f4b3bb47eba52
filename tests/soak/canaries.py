"""Visits of all kinds by people whose every byte is known; after each, the product's memory is searched for them.

As root only: what could not be read would be UNKNOWN, and counts as a violation here.
"""

from __future__ import annotations

import os
from dataclasses import replace
from random import Random

from kiosk.rehearsal.kinds import KINDS, Kind, programme
from tests.helpers.canary_world import MARK, VISIT_PROCESS, CanaryWorld, canary_world, files_with, texts_of
from tests.soak.figures import Figures

NEEDED_IN_A_VISIT = ("frame rows", "resized frame", "aligned face", "portrait, decoded", "features")
OURS_AT_REST = frozenset({"key"})
"""Buffers that live as long as the process."""


def canary_visits(count: int, seed: int) -> Figures:
    """``count`` visits in a shuffled order of all kinds, and one look into a visit under way, which must find all."""
    figures = Figures("canaries")
    if os.geteuid() != 0:
        figures.require(False, "only root may look into other processes' memory: UNKNOWN")
        return figures
    plan = programme(count, None)
    Random(seed).shuffle(plan)
    control = replace(next(kind for kind in KINDS if kind.name == "non_match"), name="control")
    with canary_world([control, *plan]) as world:
        _look_into_a_visit(world, figures)
        for part, kind in zip(world.parts[1:], plan, strict=True):
            _visit(world, part_of=kind, index=world.parts.index(part), figures=figures)
        _type_at_desk(world, figures)
        _search_files(world, figures)
    return figures


def _look_into_a_visit(world: CanaryWorld, figures: Figures) -> None:
    sight = world.look_into_a_visit(world.parts[0], NEEDED_IN_A_VISIT)
    found = sight.by_process.get(VISIT_PROCESS)
    for name in NEEDED_IN_A_VISIT:
        figures.require(
            found is not None and name in found.bytes_by_name, f"the search does not find {name} in a visit"
        )


def _visit(world: CanaryWorld, part_of: Kind, index: int, figures: Figures) -> None:
    actual, sight = world.play(world.parts[index])
    figures.count("visits")
    figures.count("MB searched", sight.scanned_bytes / 1e6)
    figures.require(actual == part_of.expected, f"{part_of.name} ended as {actual}")
    for (process, name), size in sight.hits().items():
        where = ", ".join(sorted(sight.where(process, name)))
        figures.require(False, f"{part_of.name}: {size} bytes of {name} in {process} ({where})")
    figures.count("visits with a hit", bool(sight.hits()))
    figures.count("bytes that could not be read", sight.unscanned_bytes)
    figures.require(sight.unscanned_bytes == 0, f"{part_of.name}: UNKNOWN, {sight.unscanned_bytes} bytes were not read")
    figures.require(VISIT_PROCESS not in sight.by_process, f"{part_of.name}: the visit's process was still there")
    count = world.sensitive_count()
    figures.require(count["overwrites_freed"], "the gate does not overwrite what it frees")
    figures.require(set(count["living"]) <= OURS_AT_REST, f"{part_of.name}: buffers not closed: {count['living']}")
    figures.highest("bytes the system would not lock, max", count["unlocked_bytes"])


def _type_at_desk(world: CanaryWorld, figures: Figures) -> None:
    sight = world.type_at_desk(world.parts[0])
    figures.require(sight.unscanned_bytes == 0, "typed number: UNKNOWN, not everything could be read")
    for (process, name), size in sight.hits().items():
        figures.require(False, f"typed number: {size} bytes of {name} in {process}")


def _search_files(world: CanaryWorld, figures: Figures) -> None:
    """Data, keys, logs, sockets' folder: everything lies below one folder in a rehearsal."""
    marks = {f"name or address, {code}": MARK.encode(code) for code in ("utf-8", "utf-16-le", "utf-32-le")}
    for index, part in enumerate(world.parts):
        marks |= {f"number {index}, {name}": mark for name, mark in texts_of(part).items() if name.startswith("number")}
        marks[f"portrait {index}"] = part.portrait_block[32:96]
    found = files_with(world.performance.venue.folder, marks)
    figures.count("hits in files", sum(found.values()))
    for name, times in found.items():
        figures.require(False, f"{name} stands {times} times in files")
