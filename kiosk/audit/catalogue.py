"""Every kind of record there is, with the fields it carries (R-63). What is not listed here cannot be written.

No field names an attendee, a ticket or a document. Facts of visits are counts per quarter of an hour (R-53).
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """``area.what``; the area is what somebody filters by."""

    LOG_BEGUN = "log.begun"
    LOG_CHECKPOINT = "log.checkpoint"
    LOG_COPY_LOST = "log.copy_lost"
    LOG_COPY_BACK = "log.copy_back"
    LOG_VERIFIED = "log.verified"
    LOG_EXPORTED = "log.exported"
    LOG_PURGED = "log.purged"

    STATION_STARTED = "station.started"
    STATION_STOPPED = "station.stopped"
    STATION_REFUSED = "station.refused"
    STATION_OPEN = "station.open"
    STATION_PAUSED = "station.paused"

    FACE_LANE_PAUSED = "face_lane.paused"
    FACE_LANE_READY = "face_lane.ready"

    DEVICE_LOST = "device.lost"
    DEVICE_READY = "device.ready"
    DEVICE_REPLACED = "device.replaced"
    DEVICE_BAD_FRAMES = "device.bad_frames"
    DEVICE_USB_CHANGED = "device.usb_changed"
    CAMERA_FAULT = "camera.fault"
    ENGINE_FAULT = "engine.fault"
    STORE_FAULT = "store.fault"
    GATE_NOT_CONFIRMED = "gate.not_confirmed"

    VISITS_COUNTED = "visits.counted"
    CONSENTS_COUNTED = "consents.counted"

    STAFF_ADMITTED = "staff.admitted"
    STAFF_OVERRIDE = "staff.override"
    STAFF_SENT_TO_SUPERVISOR = "staff.sent_to_supervisor"
    STAFF_UNDID = "staff.undid"
    STAFF_SEARCHED = "staff.searched"
    STAFF_VIEWED = "staff.viewed"
    STAFF_CALLED = "staff.called"
    STAFF_CALL_ANSWERED = "staff.call_answered"

    LOGIN_SUCCEEDED = "login.succeeded"
    LOGIN_FAILED = "login.failed"
    LOGIN_LOCKED = "login.locked"
    LOGIN_REPLAYED = "login.replayed"
    SESSION_ENDED = "session.ended"
    SESSION_IDLE = "session.idle"

    ACCOUNT_CREATED = "account.created"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_REVOKED = "account.revoked"
    ACCOUNTS_IMPORTED = "accounts.imported"
    BADGES_PRINTED = "badges.printed"
    ROLE_ASSIGNED = "role.assigned"
    ROLE_REFUSED = "role.refused"
    ACTION_REFUSED = "action.refused"

    EVENT_CREATED = "event.created"
    EVENT_CHANGED = "event.changed"
    EVENT_ARMED = "event.armed"
    EVENT_OPENED = "event.opened"
    EVENT_EXTENDED = "event.extended"
    EVENT_CLOSING = "event.closing"
    EVENT_WIPED = "event.wiped"
    ROSTER_IMPORTED = "roster.imported"
    ROSTER_REFUSED = "roster.refused"
    USED_LIST_TAKEN = "export.used_list"
    EXPORT_MADE = "export.made"
    EXPORT_REFUSED = "export.refused"

    KEY_CREATED = "key.created"
    KEY_UNLOCKED = "key.unlocked"
    KEY_UNLOCK_FAILED = "key.unlock_failed"
    KEY_DESTROYED = "key.destroyed"

    WIPE_STEP = "wipe.step"
    WIPE_RESUMED = "wipe.resumed"
    WIPE_VERIFIED = "wipe.verified"
    WIPE_FAILED = "wipe.failed"
    CERTIFICATE_ISSUED = "certificate.issued"

    CLOCK_WENT_BACK = "clock.went_back"
    CLOCK_WENT_FORWARD = "clock.went_forward"
    CLOCK_CONFIRMED = "clock.confirmed"

    INTEGRITY_SEALED = "integrity.sealed"
    INTEGRITY_CHECKED = "integrity.checked"
    INTEGRITY_BROKEN = "integrity.broken"
    DEBUGGER_SEEN = "attack.debugger"
    LOGIN_BURST = "attack.login_burst"

    HOLD_ALLOWED = "hold.allowed"
    HOLD_KEPT = "hold.kept"
    HOLD_VIEWED = "hold.viewed"
    HOLD_DROPPED = "hold.dropped"

    DEVICE_DECOMMISSIONED = "device.decommissioned"


FIELDS: dict[Kind, frozenset[str]] = {
    Kind.DEVICE_REPLACED: frozenset({"device", "before", "after"}),
    Kind.DEVICE_BAD_FRAMES: frozenset({"device", "count", "within_s"}),
    Kind.DEVICE_USB_CHANGED: frozenset({"came", "went"}),
    Kind.INTEGRITY_SEALED: frozenset({"seal", "files", "reason"}),
    Kind.INTEGRITY_CHECKED: frozenset({"state", "seal", "files", "took_s"}),
    Kind.INTEGRITY_BROKEN: frozenset({"seal", "first", "count"}),
    Kind.DEBUGGER_SEEN: frozenset({"tracer_pid"}),
    Kind.LOGIN_BURST: frozenset({"count", "within_s"}),
    Kind.DEVICE_DECOMMISSIONED: frozenset({"events", "handed_over"}),
}
"""Field names a kind may carry beside time, who, what and success; a kind that is absent carries none."""
