"""The parts of the soak: full counts, and how long each may take at most. Together they take about
two hours on a quiet machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.soak import (
    audit_changes,
    camera_qr,
    canaries,
    challenges,
    close_others,
    crash_runs,
    fleets,
    fuzz,
    heads,
    manual_lane,
    monkey,
    newcomer,
    passport_times,
    stations,
    swaps,
    two_near,
    user_model,
    venue,
    venue_away,
    wipe_cuts,
    zone,
)
from tests.soak.figures import Figures
from tests.soak.screens import walk_screens


@dataclass(frozen=True)
class Part:
    """``count`` is the full count of what is counted; ``limit_s`` ends the part, which has then failed."""

    name: str
    what: str
    count: int
    limit_s: float
    run: Callable[[int, int], Figures]


PARTS = {
    part.name: part
    for part in (
        Part("manual-lane", "visits that end with a person", 1_000, 900, manual_lane.manual_lane),
        Part("monkey", "touches, keys, cards, plugs and time at a gate and a desk", 100_000, 5_400, monkey.monkey),
        Part("newcomer", "visits at each of two events a newcomer made", 30, 1_800, newcomer.newcomer),
        Part("user-model", "visits by people with human reaction times", 500, 7_200, user_model.user_model),
        Part("camera-qr", "pictures of phones with a ticket code, of each condition", 300, 900, camera_qr.camera_qr),
        Part("zone", "pictures with a face outside the zone", 2_000, 900, zone.face_outside_zone),
        Part("two-near", "pairs of near faces, 6 frames each", 300, 900, two_near.two_near_faces),
        Part("swaps", "films in which somebody else steps in", 200, 1_800, swaps.swaps),
        Part(
            "close-others",
            "placements of a child or of somebody behind, of each sort",
            100,
            900,
            close_others.close_others,
        ),
        Part("ledger-heads", "evenings of acts in any order at a ledger", 1_000, 1_800, heads.ledger_heads),
        Part("challenges", "films of each kind under each policy", 20, 3_600, challenges.challenges),
        Part("sdt-core", "byte streams through the core", 200_000, 900, fuzz.sdt_core),
        Part("barcode-core", "byte streams through the core", 200_000, 180, fuzz.barcode_core),
        Part("gate-core", "byte streams through the core", 200_000, 180, fuzz.gate_core),
        Part("passport-core", "byte streams through frames and framing", 100_000, 900, fuzz.passport_core),
        Part("passport-times", "readings of each setting", 5, 300, passport_times.passport_times),
        Part("emrtd", "hostile chips, data groups and certificates", 100_000, 1_800, fuzz.emrtd),
        Part("sdt-pty", "byte streams over a pseudo-terminal", 2_000, 400, fuzz.sdt_pty),
        Part("barcode-pty", "byte streams over a pseudo-terminal", 2_000, 120, fuzz.barcode_pty),
        Part("gate-pty", "openings over a noisy pseudo-terminal", 2_000, 120, fuzz.gate_pty),
        Part("rosters", "fuzzed roster rows", 100_000, 600, fuzz.rosters),
        Part("settings", "fuzzed event and machine files", 100_000, 900, fuzz.settings_files),
        Part("codes", "fuzzed ticket codes", 100_000, 180, fuzz.ticket_codes),
        Part("audit", "changes to a log of 10,000 records", 700, 900, audit_changes.changed_logs),
        Part("crash", "runs of 20 visits, the product killed in each", 200, 7_300, crash_runs.crash_runs),
        Part("canaries", "visits by people looked for in memory afterwards", 60, 2_400, canaries.canary_visits),
        Part("stations", "kills of a gate or a desk on one store", 200, 600, stations.killed_stations),
        Part("venue", "attempts for raced tickets over gates at a base", 100_000, 3_600, venue.raced_tickets),
        Part("venue-away", "seconds without the base, under load", 600, 1_500, venue_away.base_away),
        Part("fleet", "gates of a venue under every fault", 20, 3_600, fleets.fleet_faults),
        Part("venue-windows", "stories of two gates and a desk with windows", 3, 1_000, fleets.venue_windows),
        Part("walk", "windows, each in one language, size, theme and text scale", 260, 1_800, walk_screens),
        Part("wipe-cuts", "power cuts of making, import and wipe", 300, 1_500, wipe_cuts.wipe_cuts),
    )
}
TOGETHER_S = 3 * 3600.0
