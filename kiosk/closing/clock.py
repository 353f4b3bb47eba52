"""What time it is for a deadline. Pure: what was kept and what the machine's clocks say now go in.

The machine's clock can be set; the time since the machine was started cannot. So time is counted on from where it was
last agreed, and the machine's clock is believed as long as it agrees with that count:

- Set back: it is not believed, the count goes on. What was late stays late.
- Set forward: it is not believed either, until somebody confirms it. Never does a forward jump alone destroy anything.
- Over a restart nothing counts, so the machine's clock is believed, unless it lies before the highest time ever seen or
  further beyond it than anybody leaves a kiosk switched off.

A doubt outlives a restart: else switching off and on would answer it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

JUMP_S = 60.0
"""By how much the machine's clock may differ from the count (R-95)."""

AGREE_ANEW_S = 3600.0
"""How often the count begins anew from a clock that agrees; a clock pushed on in small steps gains JUMP_S in this time
at most."""

PLAUSIBLE_OFF_S = 31 * 86_400.0
"""Longer than a kiosk rests between two nights of one event, shorter than what a wrong year makes of it."""


class Stands(StrEnum):
    """How the machine's clock stands to the count."""

    AGREES = "agrees"
    BEHIND = "behind"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Reading:
    """The machine's clocks at one moment. ``since_boot_s`` counts through sleep; ``boot`` names the start it counts
    from.
    """

    wall_s: float
    since_boot_s: float
    boot: str


@dataclass(frozen=True)
class Kept:
    """What is kept on disk. Times are UTC seconds since the epoch unless named ``since_boot``.

    ``agreed_s`` was the time when ``agreed_since_boot_s`` had passed since ``boot``. ``asked_since_boot_s``: since when
    staff are asked about a clock that is ahead; ``asked_before_s``: how long they were asked before the last restart.
    ``answered``: somebody said that the machine's clock is wrong.
    """

    highest_s: float
    agreed_s: float
    agreed_since_boot_s: float
    seen_since_boot_s: float
    boot: str
    stands: Stands = Stands.AGREES
    answered: bool = False
    asked_since_boot_s: float | None = None
    asked_before_s: float = 0.0


@dataclass(frozen=True)
class Seen:
    """One look: what to keep, the time that counts, and the jump in seconds if this look is the first to see it."""

    kept: Kept
    time_s: float
    jump_s: float | None = None


def look(kept: Kept | None, now: Reading) -> Seen:
    """Judge ``now`` by what was kept; None where nothing was kept yet."""
    if kept is None:
        return Seen(Kept(now.wall_s, now.wall_s, now.since_boot_s, now.since_boot_s, now.boot), now.wall_s)
    if kept.boot != now.boot:
        kept, counted_s = _after_restart(kept, now), kept.highest_s
        reach_s = PLAUSIBLE_OFF_S if kept.stands is not Stands.AHEAD else JUMP_S
    else:
        counted_s = kept.agreed_s + now.since_boot_s - kept.agreed_since_boot_s
        reach_s = JUMP_S
    apart_s = now.wall_s - counted_s
    stands = _stands(apart_s, reach_s)
    time_s = max(kept.highest_s, counted_s, now.wall_s if stands is Stands.AGREES else 0.0)
    after = replace(kept, highest_s=time_s, seen_since_boot_s=now.since_boot_s)
    if stands is Stands.AGREES:
        after = _agreed(after, now) if _is_stale(kept, now, reach_s) else _no_doubt(after)
    elif stands is not kept.stands:
        after = replace(_no_doubt(after), stands=stands)
    first_seen = stands is not Stands.AGREES and stands is not kept.stands
    return Seen(after, time_s, apart_s if first_seen else None)


def asked(kept: Kept) -> Kept:
    """Staff are being asked, from this look on if they were not before."""
    return kept if kept.asked_since_boot_s is not None else replace(kept, asked_since_boot_s=kept.seen_since_boot_s)


def asked_for_s(kept: Kept) -> float:
    """How long staff have been asked, restarts left out."""
    if kept.asked_since_boot_s is None:
        return kept.asked_before_s
    return kept.asked_before_s + kept.seen_since_boot_s - kept.asked_since_boot_s


def is_doubtful(kept: Kept) -> bool:
    """The machine's clock is ahead and nobody has said anything about it."""
    return kept.stands is Stands.AHEAD and not kept.answered


def confirmed(kept: Kept, now: Reading) -> Kept:
    """Somebody says that a clock which is ahead is right. A clock that is behind cannot be confirmed: that would move
    a deadline.
    """
    if kept.stands is not Stands.AHEAD:
        return kept
    return replace(_agreed(kept, now), highest_s=max(kept.highest_s, now.wall_s))


def rejected(kept: Kept) -> Kept:
    """Somebody says that a clock which is ahead is wrong: the count goes on without it."""
    if kept.stands is not Stands.AHEAD:
        return kept
    return replace(_no_doubt(kept), stands=Stands.AHEAD, answered=True)


def _after_restart(kept: Kept, now: Reading) -> Kept:
    """Counting goes on from the highest time seen; how long the machine was off, nobody knows."""
    return replace(
        kept,
        agreed_s=kept.highest_s,
        agreed_since_boot_s=now.since_boot_s,
        boot=now.boot,
        answered=False,
        asked_since_boot_s=None,
        asked_before_s=asked_for_s(kept),
    )


def _stands(apart_s: float, reach_s: float) -> Stands:
    if apart_s < -JUMP_S:
        return Stands.BEHIND
    return Stands.AHEAD if apart_s > reach_s else Stands.AGREES


def _is_stale(kept: Kept, now: Reading, reach_s: float) -> bool:
    return reach_s > JUMP_S or now.since_boot_s - kept.agreed_since_boot_s >= AGREE_ANEW_S


def _agreed(kept: Kept, now: Reading) -> Kept:
    return replace(_no_doubt(kept), agreed_s=now.wall_s, agreed_since_boot_s=now.since_boot_s, boot=now.boot)


def _no_doubt(kept: Kept) -> Kept:
    return replace(kept, stands=Stands.AGREES, answered=False, asked_since_boot_s=None, asked_before_s=0.0)
