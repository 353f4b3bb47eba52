"""Small counts of what script/soak runs at length; that each can fail is part of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

import pytest

from kiosk.config.event import AttackSignals
from kiosk.rehearsal.photos import PhotosUnavailable, ensure_free_photos
from tests.soak import (
    audit_changes,
    challenges,
    close_others,
    crash_runs,
    fuzz,
    manual_lane,
    stations,
    swaps,
    two_near,
    venue,
    venue_away,
    wipe_cuts,
    zone,
)
from tests.soak.__main__ import main, summary
from tests.soak.figures import Figures
from tests.soak.parts import PARTS
from tests.soak.screens import walk_screens
from tests.soak.shares import cut, shared

SEED = 7


@pytest.fixture(scope="module")
def photos() -> None:
    try:
        ensure_free_photos()
    except PhotosUnavailable as unavailable:
        pytest.skip(str(unavailable))


def run(part: Callable[[int, int], Figures], count: int) -> Figures:
    figures = part(count, SEED)
    assert figures.violations == []
    return figures


@pytest.mark.parametrize(
    ("core", "over_a_line"),
    [(fuzz.sdt_core, fuzz.sdt_pty), (fuzz.barcode_core, fuzz.barcode_pty), (fuzz.gate_core, fuzz.gate_pty)],
)
def test_streams_through_core_and_line(
    core: Callable[[int, int], Figures], over_a_line: Callable[[int, int], Figures]
) -> None:
    assert run(core, 500).counts["streams"] == 500
    assert run(over_a_line, 6).counts["streams"] == 6


@pytest.mark.parametrize("part", [fuzz.rosters, fuzz.settings_files, fuzz.ticket_codes])
def test_fuzzed_files_and_codes(part: Callable[[int, int], Figures]) -> None:
    assert run(part, 100).counts["inputs"] == 100


def test_changes_to_a_long_audit_log() -> None:
    assert run(audit_changes.changed_logs, 7).counts["changes"] == 7


def test_power_cuts_of_import_and_wipe() -> None:
    counts = run(wipe_cuts.wipe_cuts, 6).counts
    assert counts["cuts"] == 6
    assert counts["killed"] + counts.get("killed too late", 0) == 3


def test_two_stations_killed() -> None:
    assert run(stations.killed_stations, 3).counts["kills"] == 3


def test_tickets_raced_for_at_a_base() -> None:
    counts = run(venue.raced_tickets, 150).counts
    assert counts["attempts"] >= 150
    assert counts["admissions"] > 0


def test_gates_work_while_the_base_is_away() -> None:
    counts = run(venue_away.base_away, 3).counts
    assert counts["decided alone"] > 0
    assert counts["wait for the base in one call, s, max"] > 0


def test_windows_are_walked_over() -> None:
    assert run(walk_screens, 1).counts["screens looked at"] >= 1


@pytest.mark.photos
@pytest.mark.usefixtures("photos")
class TestWithPictures:
    """The engine and the product are the real ones."""

    def test_faces_outside_the_zone(self) -> None:
        counts = run(zone.face_outside_zone, 40).counts
        assert counts["faces outside"] == 40 - counts["controls inside"]
        assert counts["detected"] == 0
        assert counts["detectable without the zone"] >= 0.9 * counts["faces outside"]

    def test_two_near_faces(self) -> None:
        counts = run(two_near.two_near_faces, 3).counts
        assert (counts["pairs"], counts["comparisons"]) == (3, 0)
        assert counts["frames in which two were seen"] >= 0.9 * counts["frames"]

    def test_swaps(self) -> None:
        counts = run(swaps.swaps, 4).counts
        assert (counts["films"], counts["passed who stepped in"]) == (4, 0)
        assert counts["changes that mattered"] >= 2  # where the portrait comes late, it always does
        assert counts["controls confirmed"] == counts["controls, the holder stays"] == 1

    def test_a_swap_that_passed_would_be_told(self) -> None:
        film = swaps.Film(holder=0, stranger=1, before=2, gap=0, late_portrait=True)
        figures = Figures("swaps")
        swaps._swapped(swaps.Seen(confirmed=1), film, figures)
        assert len(figures.violations) == 1

    @pytest.mark.parametrize(
        ("kind", "ending"),
        [
            ("photograph turned", "challenge_not_met"),
            ("other person who does as asked", "no_match"),
        ],
    )
    def test_challenges(self, kind: str, ending: str) -> None:
        figures = Figures("challenges")
        portraits = challenges.chip_portraits()
        challenges.play(kind, AttackSignals.CHALLENGE, challenges.all_models(), portraits, Random(3), figures)
        assert figures.counts[f"{kind} | challenge | {ending}"] == 1
        assert figures.violations == []

    def test_close_others(self) -> None:
        counts = run(close_others.close_others, 2).counts
        for placing in close_others.PLACINGS:
            assert counts[f"{placing.name}: placements"] == 2
            assert counts[f"{placing.name}: other one compared"] == 0
        assert counts["behind, 0.4 to 0.6 as large: passed"] > 0

    def test_manual_lane(self) -> None:
        counts = run(manual_lane.manual_lane, 2).counts
        assert counts["visits"] == 2
        assert counts["camera openings counted by the film"] == 0

    def test_a_killed_product(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(crash_runs, "VISITS", 3)
        counts = run(crash_runs.crash_runs, 1).counts
        assert (counts["runs"], counts["visits"]) == (1, 3)
        assert counts["kills"] >= 1  # the first moment may come so late that it is the last one, too


def _counting(count: int, seed: int) -> Figures:
    figures = Figures("", {"things": count, "largest max": seed})
    figures.require(seed < 3, f"seed {seed}")
    return figures


def test_shares_add_up_and_keep_their_violations() -> None:
    assert cut(7, 3) == [3, 3, 1]
    figures = shared("part", _counting, 4, 2, size=1, workers=1)
    assert figures.counts == {"things": 4, "largest max": 5}
    assert figures.violations == ["seed 3", "seed 4", "seed 5"]


def test_figures_cross_as_json() -> None:
    figures = Figures("part", {"things": 2}, ["it broke"], 1.5)
    assert Figures.from_json(json.dumps(figures.as_json())) == figures


def test_the_summary_names_what_broke() -> None:
    table = summary([Figures("one"), Figures("two", violations=["it broke"])], 60.0)
    assert table.title == "1 of 2 parts passed in 1.0 min"
    assert table.row_count == 2


def test_a_part_that_fails_or_hangs_makes_the_soak_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.soak.__main__._limit_s", lambda part, scale: 0.05)
    monkeypatch.setattr("sys.argv", ["soak", "--only", "gate-core", "--scale", "0.001"])
    assert main() == 1
    assert "not finished within" in " ".join(capsys.readouterr().out.split())


def test_full_counts_are_the_promised_ones() -> None:
    promised = {"swaps": 200, "manual-lane": 1_000, "crash": 200, "wipe-cuts": 300, "venue": 100_000, "venue-away": 600}
    promised |= {f"{driver}-core": 200_000 for driver in ("sdt", "barcode", "gate")}
    promised |= {f"{driver}-pty": 2_000 for driver in ("sdt", "barcode", "gate")}
    promised |= dict.fromkeys(("rosters", "settings", "codes"), 100_000)
    assert {name: PARTS[name].count for name in promised} == promised
    assert crash_runs.VISITS == 20
