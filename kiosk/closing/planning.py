"""The manual lane of each gate group: how many officers an event plans, and how many it needs (R-12)."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.config.event import EventConfig, GateGroup
from kiosk.domain.capacity import Expected, manual_share, officers_needed
from kiosk.face.card import Card, CardUnusable, shipped_card
from kiosk.face.thresholds import PortraitKind

EVERYBODY = 1.0


@dataclass(frozen=True)
class GroupPlan:
    """``share``: of the arrivals that come to the manual lane, 0..1. ``arrivals_per_min`` 0: nobody has said."""

    group: str
    arrivals_per_min: float
    share: float
    needed: int
    planned: int

    @property
    def below(self) -> bool:
        return self.planned < self.needed


@dataclass(frozen=True)
class Plan:
    """``sent_to_staff``: of those whose face is checked, 0..1, the upper limit of the model card for chip portraits."""

    groups: tuple[GroupPlan, ...]
    sent_to_staff: float
    reason: str

    @property
    def below(self) -> tuple[GroupPlan, ...]:
        return tuple(each for each in self.groups if each.below)


def plan_of(event: EventConfig) -> Plan:
    """The plan of an event's settings. Without a face lane, or without a model card, everybody comes to staff."""
    sent = _sent_to_staff() if event.face.enabled else EVERYBODY
    planning = event.planning
    expected = Expected(planning.opt_out_share, planning.other_documents_share, planning.children_share)
    share = manual_share(expected, sent)

    def of(group: GateGroup) -> GroupPlan:
        arrivals = group.manual.arrivals_per_min
        needed = officers_needed(arrivals, share, planning.service_s)
        return GroupPlan(group.id, arrivals, float(share), needed, group.manual.officers)

    return Plan(tuple(map(of, event.gate_groups)), sent, planning.below_plan_reason)


def sent_to_staff(card: Card) -> float:
    """Of people whose face is compared with a chip portrait: not acquired or not matched, at the upper limit, 0..1.

    Several frames and a second attempt make it less; a plan takes what was measured.
    """
    evidence = card.thresholds[PortraitKind.CHIP].evidence
    return min(EVERYBODY, evidence.fnmr_high + evidence.failures_to_acquire / evidence.pictures)


def _sent_to_staff() -> float:
    try:
        return sent_to_staff(shipped_card())
    except (CardUnusable, KeyError, ZeroDivisionError):
        return EVERYBODY
