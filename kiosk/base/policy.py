"""What a station may decide while the base is away: the organiser's word for the event. Pure."""

from __future__ import annotations

from kiosk.config.event import OfflinePolicy


def policy_at(event_policy: OfflinePolicy, *, desk: bool) -> OfflinePolicy:
    """The event's policy at one station: with ``manual_lane`` it is the desk that people are sent to."""
    return OfflinePolicy.ADMIT_AND_REPORT if desk and event_policy is OfflinePolicy.MANUAL_LANE else event_policy


def may_decide(policy: OfflinePolicy, ticket_group: str, home_group: str) -> bool:
    """Whether a station of ``home_group`` may let in for a ticket of ``ticket_group`` without the base."""
    match policy:
        case OfflinePolicy.ADMIT_AND_REPORT:
            return True
        case OfflinePolicy.OWN_GROUP:
            return ticket_group == home_group
        case OfflinePolicy.MANUAL_LANE:
            return False
