"""Every kind of record there is, with the fields it carries (R-63). What is not listed here cannot be written.

No field names an attendee, a ticket or a document. In the chain, facts of visits are counts per quarter of an hour
(R-53); the kinds of ``IN_DETAIL`` say more, and are written to the event's own log, which dies with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kiosk.audit.fields import Type, Value, checked


class Kind(StrEnum):
    """``area.what``; the area is what somebody filters by."""

    LOG_BEGUN = "log.begun"
    LOG_CHECKPOINT = "log.checkpoint"
    LOG_COPY_LOST = "log.copy_lost"
    LOG_COPY_BACK = "log.copy_back"
    LOG_VERIFIED = "log.verified"
    LOG_EXPORTED = "log.exported"
    LOG_PURGED = "log.purged"
    LOG_REPAIRED = "log.repaired"
    LOG_GAP = "log.gap"
    LOG_RENEWED = "log.renewed"

    STATION_STARTED = "station.started"
    STATION_STOPPED = "station.stopped"
    STATION_REFUSED = "station.refused"
    STATION_OPEN = "station.open"
    STATION_PAUSED = "station.paused"

    FACE_LANE_PAUSED = "face_lane.paused"
    FACE_LANE_READY = "face_lane.ready"

    INCIDENT_BEGUN = "incident.begun"
    INCIDENT_ENDED = "incident.ended"
    INCIDENT_FOLLOWED = "incident.followed"
    LANES_UNSTAFFED = "lanes.unstaffed"
    LANES_UNEQUAL = "lanes.unequal"
    WAITS_COUNTED = "waits.counted"

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
    STAFF_ACTS_COUNTED = "staff_acts.counted"
    VISIT_ENDED = "visit.ended"
    VISIT_LANE_CHOSEN = "visit.lane_chosen"
    VISIT_SLOT_COUNTED = "visit.slot_counted"
    VISIT_ATTACK_SIGN = "visit.attack_sign"
    ATTACK_SIGNS_COUNTED = "visits.attack_signs_counted"
    VISIT_CHALLENGE_NOT_MET = "visit.challenge_not_met"
    CHALLENGES_NOT_MET_COUNTED = "visits.challenges_not_met_counted"

    STAFF_ADMITTED = "staff.admitted"
    STAFF_ADMITTED_TOGETHER = "staff.admitted_together"
    STAFF_NOTED_EXIT = "staff.noted_exit"
    STAFF_OVERRIDE = "staff.override"
    STAFF_SENT_TO_SUPERVISOR = "staff.sent_to_supervisor"
    STAFF_REFUSED = "staff.refused"
    STAFF_CORRECTED = "staff.corrected"
    STAFF_RIGHTS_REQUEST = "staff.rights_request"
    STAFF_ADMITTED_AGAIN = "staff.admitted_again"
    STAFF_UNDID = "staff.undid"
    STAFF_SEARCHED = "staff.searched"
    STAFF_OPENED_CAMERA = "staff.opened_camera"
    STAFF_VIEWED = "staff.viewed"
    STAFF_SAW_PORTRAIT = "staff.saw_portrait"
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
    APPROVAL_GIVEN = "approval.given"

    TRAINING_BEGUN = "training.begun"
    TRAINING_ENDED = "training.ended"

    EVENT_CREATED = "event.created"
    EVENT_CHANGED = "event.changed"
    EVENT_PUBLISHED = "event.published"
    STATEMENT_MADE = "event.stated"
    EVENT_ARMED = "event.armed"
    EVENT_OPENED = "event.opened"
    EVENT_EXTENDED = "event.extended"
    EVENT_CLOSING = "event.closing"
    EVENT_WIPED = "event.wiped"
    EVENT_ARCHIVED = "event.archived"
    ROSTER_IMPORTED = "roster.imported"
    ROSTER_REFUSED = "roster.refused"
    ROSTER_PACKED = "roster.packed"
    PACKAGE_ASKED = "roster.package_asked"
    PACKAGE_TAKEN = "roster.package_taken"
    PACKAGE_REFUSED = "roster.package_refused"
    TICKET_ADDED = "roster.ticket_added"
    TICKET_REVOKED = "roster.ticket_revoked"
    TICKET_SEARCHED = "roster.ticket_searched"
    TICKET_TRANSFERRED = "roster.ticket_transferred"
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

    TRUST_ADDED = "trust.added"
    TRUST_REMOVED = "trust.removed"

    INTEGRITY_SEALED = "integrity.sealed"
    INTEGRITY_CHECKED = "integrity.checked"
    INTEGRITY_BROKEN = "integrity.broken"
    MEMORY_IN_CLEAR = "integrity.memory_in_clear"
    DEBUGGER_SEEN = "attack.debugger"
    LOGIN_BURST = "attack.login_burst"

    ALERT_SEEN = "alert.seen"

    HOLD_ALLOWED = "hold.allowed"
    HOLD_FORBIDDEN = "hold.forbidden"
    HOLD_KEPT = "hold.kept"
    HOLDS_COUNTED = "hold.counted"
    HOLD_OPENED = "hold.opened"
    HOLD_VIEWED = "hold.viewed"
    HOLD_DROPPED = "hold.dropped"

    DEVICE_DECOMMISSIONED = "device.decommissioned"

    BASE_MADE = "base.made"
    BASE_TICKETS_LOADED = "base.tickets_loaded"
    BASE_DEVICE_INVITED = "base.device_invited"
    BASE_DEVICE_ENROLLED = "base.device_enrolled"
    BASE_DEVICE_REVOKED = "base.device_revoked"
    BASE_DEVICE_LOST = "base.device_lost"
    BASE_BACKED_UP = "base.backed_up"
    BASE_RESTORED = "base.restored"
    BASE_PROMOTED = "base.promoted"
    BASE_EVENT_CLOSING = "event.base_closing"
    BASE_EVENT_ARCHIVED = "event.base_archived"


IN_DETAIL = frozenset(
    {
        Kind.VISIT_ENDED,
        Kind.VISIT_LANE_CHOSEN,
        Kind.VISIT_SLOT_COUNTED,
        Kind.VISIT_ATTACK_SIGN,
        Kind.VISIT_CHALLENGE_NOT_MET,
        Kind.GATE_NOT_CONFIRMED,
        Kind.STAFF_ADMITTED,
        Kind.STAFF_ADMITTED_TOGETHER,
        Kind.STAFF_NOTED_EXIT,
        Kind.STAFF_OVERRIDE,
        Kind.STAFF_SENT_TO_SUPERVISOR,
        Kind.STAFF_REFUSED,
        Kind.STAFF_CORRECTED,
        Kind.STAFF_RIGHTS_REQUEST,
        Kind.STAFF_ADMITTED_AGAIN,
        Kind.STAFF_UNDID,
        Kind.STAFF_SEARCHED,
        Kind.STAFF_OPENED_CAMERA,
        Kind.STAFF_VIEWED,
        Kind.STAFF_SAW_PORTRAIT,
        Kind.STAFF_CALLED,
        Kind.STAFF_CALL_ANSWERED,
        Kind.HOLD_KEPT,
    }
)
"""What happened to one attendee at one moment. Never in the chain: there it is counted."""

PROCESSING_AREAS = frozenset(
    {
        "visits",
        "consents",
        "staff_acts",
        "waits",
        "event",
        "roster",
        "export",
        "wipe",
        "certificate",
        "hold",
        "key",
        "approval",
    }
)
"""Records of processing, kept for at least three years; all others for at least six months (R-64)."""

TYPES: dict[str, Type] = {
    "act": Type.CODE,
    "approved_by": Type.IDS,
    "attempts": Type.COUNT,
    "bad_frames": Type.COUNT,
    "bad_rows": Type.COUNT,
    "bytes": Type.COUNT,
    "by_s": Type.SECONDS,
    "cause": Type.CODE,
    "code": Type.CODE,
    "completed": Type.FLAG,
    "copies": Type.COUNT,
    "count": Type.COUNT,
    "cut_bytes": Type.COUNT,
    "device": Type.CODE,
    "duration_s": Type.SECONDS,
    "ending": Type.CODE,
    "file": Type.FILE,
    "face_checks": Type.COUNT,
    "face_p90_s": Type.SECONDS,
    "files": Type.COUNT,
    "fingerprint": Type.FINGERPRINT,
    "first_bad": Type.COUNT,
    "gate_group": Type.ID,
    "hash": Type.DIGEST,
    "holds": Type.IDS,
    "hours": Type.SECONDS,
    "key": Type.FINGERPRINT,
    "lane": Type.CODE,
    "language": Type.CODE,
    "leftovers": Type.COUNT,
    "lost": Type.COUNT,
    "notice": Type.HEX,
    "ok": Type.FLAG,
    "outcome": Type.CODE,
    "pid": Type.COUNT,
    "protection": Type.CODE,
    "public_key": Type.DIGEST,
    "reason": Type.REASON,
    "recipient": Type.ID,
    "records": Type.COUNT,
    "role": Type.CODE,
    "rows": Type.COUNT,
    "seconds": Type.SECONDS,
    "served": Type.COUNT,
    "sha256": Type.HEX,
    "signature": Type.SIGNATURE,
    "slot": Type.SLOT,
    "staff_p90_s": Type.SECONDS,
    "state": Type.CODE,
    "station": Type.ID,
    "step": Type.CODE,
    "tickets": Type.COUNT,
    "to_seq": Type.COUNT,
    "until": Type.TIME,
    "verdict": Type.CODE,
    "version": Type.VERSION,
}
"""What the value of a field looks like; a field means the same in every kind that has it."""

FIELDS: dict[Kind, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        Kind.LOG_BEGUN: "version public_key key",
        Kind.LOG_CHECKPOINT: "records key signature",
        Kind.LOG_COPY_LOST: "reason",
        Kind.LOG_COPY_BACK: "bytes",
        Kind.LOG_VERIFIED: "ok records first_bad",
        Kind.LOG_EXPORTED: "records hash recipient reason",
        Kind.LOG_PURGED: "records to_seq hash public_key",
        Kind.LOG_REPAIRED: "cut_bytes completed",
        Kind.LOG_GAP: "lost",
        Kind.LOG_RENEWED: "records hash",
        Kind.STATION_STARTED: "version role",
        Kind.STATION_STOPPED: "reason",
        Kind.STATION_REFUSED: "code",
        Kind.STATION_OPEN: "station",
        Kind.STATION_PAUSED: "station",
        Kind.FACE_LANE_PAUSED: "holds",
        Kind.FACE_LANE_READY: "station",
        Kind.INCIDENT_BEGUN: "gate_group state reason until",
        Kind.INCIDENT_ENDED: "gate_group state",
        Kind.INCIDENT_FOLLOWED: "gate_group state",
        Kind.LANES_UNSTAFFED: "gate_group",
        Kind.LANES_UNEQUAL: "gate_group staff_p90_s face_p90_s",
        Kind.WAITS_COUNTED: "gate_group slot staff_p90_s served face_p90_s face_checks",
        Kind.DEVICE_LOST: "device reason",
        Kind.DEVICE_READY: "device",
        Kind.DEVICE_REPLACED: "device",
        Kind.DEVICE_BAD_FRAMES: "device bad_frames",
        Kind.DEVICE_USB_CHANGED: "device state",
        Kind.CAMERA_FAULT: "code",
        Kind.ENGINE_FAULT: "code",
        Kind.STORE_FAULT: "code",
        Kind.GATE_NOT_CONFIRMED: "station count",
        Kind.VISITS_COUNTED: "station slot ending cause count",
        Kind.CONSENTS_COUNTED: "station slot lane notice language count",
        Kind.STAFF_ACTS_COUNTED: "station slot act count",
        Kind.VISIT_ENDED: "station ending cause",
        Kind.VISIT_LANE_CHOSEN: "station lane notice language",
        Kind.VISIT_SLOT_COUNTED: "station slot",
        Kind.VISIT_ATTACK_SIGN: "station code",
        Kind.ATTACK_SIGNS_COUNTED: "station slot code count",
        Kind.VISIT_CHALLENGE_NOT_MET: "station code",
        Kind.CHALLENGES_NOT_MET_COUNTED: "station slot code count",
        Kind.STAFF_ADMITTED: "station outcome",
        Kind.STAFF_ADMITTED_TOGETHER: "station outcome count",
        Kind.STAFF_NOTED_EXIT: "station",
        Kind.STAFF_OVERRIDE: "station outcome reason",
        Kind.STAFF_SENT_TO_SUPERVISOR: "station outcome",
        Kind.STAFF_REFUSED: "station reason code",
        Kind.STAFF_CORRECTED: "station reason",
        Kind.STAFF_RIGHTS_REQUEST: "station act code until",
        Kind.STAFF_ADMITTED_AGAIN: "station reason",
        Kind.STAFF_UNDID: "station reason",
        Kind.STAFF_SEARCHED: "station device",
        Kind.STAFF_OPENED_CAMERA: "station",
        Kind.STAFF_VIEWED: "station duration_s reason",
        Kind.STAFF_SAW_PORTRAIT: "station",
        Kind.STAFF_CALLED: "station",
        Kind.STAFF_CALL_ANSWERED: "station",
        Kind.LOGIN_SUCCEEDED: "station role",
        Kind.LOGIN_FAILED: "station reason attempts",
        Kind.LOGIN_LOCKED: "station seconds attempts",
        Kind.LOGIN_REPLAYED: "station",
        Kind.SESSION_ENDED: "station reason",
        Kind.SESSION_IDLE: "station seconds",
        Kind.ACCOUNT_CREATED: "role until",
        Kind.ACCOUNT_CHANGED: "code",
        Kind.ACCOUNT_REVOKED: "reason",
        Kind.ACCOUNTS_IMPORTED: "rows bad_rows",
        Kind.BADGES_PRINTED: "count",
        Kind.ROLE_ASSIGNED: "role",
        Kind.ROLE_REFUSED: "role reason",
        Kind.ACTION_REFUSED: "role act",
        Kind.APPROVAL_GIVEN: "act role",
        Kind.TRAINING_BEGUN: "",
        Kind.TRAINING_ENDED: "verdict",
        Kind.EVENT_CREATED: "protection",
        Kind.EVENT_CHANGED: "code reason",
        Kind.EVENT_PUBLISHED: "",
        Kind.STATEMENT_MADE: "code sha256",
        Kind.EVENT_ARMED: "state",
        Kind.EVENT_OPENED: "state",
        Kind.EVENT_EXTENDED: "hours reason approved_by code",
        Kind.EVENT_CLOSING: "reason",
        Kind.EVENT_WIPED: "verdict",
        Kind.EVENT_ARCHIVED: "sha256",
        Kind.ROSTER_IMPORTED: "tickets rows bad_rows",
        Kind.ROSTER_REFUSED: "rows bad_rows",
        Kind.ROSTER_PACKED: "tickets sha256 recipient code",
        Kind.PACKAGE_ASKED: "recipient",
        Kind.PACKAGE_TAKEN: "tickets sha256 fingerprint code",
        Kind.PACKAGE_REFUSED: "sha256 reason",
        Kind.TICKET_ADDED: "reason",
        Kind.TICKET_REVOKED: "reason",
        Kind.TICKET_SEARCHED: "count",
        Kind.TICKET_TRANSFERRED: "reason",
        Kind.USED_LIST_TAKEN: "rows sha256 recipient reason",
        Kind.EXPORT_MADE: "code sha256 recipient reason",
        Kind.EXPORT_REFUSED: "code role reason",
        Kind.KEY_CREATED: "protection fingerprint",
        Kind.KEY_UNLOCKED: "protection",
        Kind.KEY_UNLOCK_FAILED: "protection reason attempts",
        Kind.KEY_DESTROYED: "fingerprint copies",
        Kind.WIPE_STEP: "step",
        Kind.WIPE_RESUMED: "step",
        Kind.WIPE_VERIFIED: "verdict leftovers files",
        Kind.WIPE_FAILED: "verdict leftovers files",
        Kind.CERTIFICATE_ISSUED: "verdict sha256 fingerprint",
        Kind.CLOCK_WENT_BACK: "by_s",
        Kind.CLOCK_WENT_FORWARD: "by_s",
        Kind.CLOCK_CONFIRMED: "by_s reason",
        Kind.TRUST_ADDED: "sha256",
        Kind.TRUST_REMOVED: "sha256",
        Kind.INTEGRITY_SEALED: "files fingerprint reason",
        Kind.INTEGRITY_CHECKED: "files duration_s state fingerprint",
        Kind.INTEGRITY_BROKEN: "file files fingerprint",
        Kind.MEMORY_IN_CLEAR: "code",
        Kind.DEBUGGER_SEEN: "pid",
        Kind.LOGIN_BURST: "attempts seconds",
        Kind.ALERT_SEEN: "count to_seq",
        Kind.HOLD_ALLOWED: "reason approved_by code",
        Kind.HOLD_FORBIDDEN: "count",
        Kind.HOLD_KEPT: "station",
        Kind.HOLDS_COUNTED: "station slot count",
        Kind.HOLD_OPENED: "reason",
        Kind.HOLD_VIEWED: "duration_s reason",
        Kind.HOLD_DROPPED: "count reason",
        Kind.DEVICE_DECOMMISSIONED: "reason",
        Kind.BASE_MADE: "version",
        Kind.BASE_TICKETS_LOADED: "tickets",
        Kind.BASE_DEVICE_INVITED: "role",
        Kind.BASE_DEVICE_ENROLLED: "hash",
        Kind.BASE_DEVICE_REVOKED: "reason",
        Kind.BASE_DEVICE_LOST: "recipient reason approved_by",
        Kind.BASE_BACKED_UP: "bytes sha256",
        Kind.BASE_RESTORED: "sha256",
        Kind.BASE_PROMOTED: "",
        Kind.BASE_EVENT_CLOSING: "",
        Kind.BASE_EVENT_ARCHIVED: "verdict sha256",
    }.items()
}
"""Field names a kind may carry beside time, who, what and success. A writer may leave out what it cannot know."""


def checked_fields(kind: Kind, fields: Mapping[str, Value]) -> dict[str, Value]:
    """``fields`` as they are written for ``kind``. Raises ValueError for a name or a value the catalogue has not."""
    unknown = fields.keys() - FIELDS.get(kind, frozenset())
    if unknown:
        raise ValueError(f"{kind} has no field {', '.join(sorted(unknown))}")
    return {name: checked(name, value, TYPES[name]) for name, value in fields.items()}


def is_processing(kind: str) -> bool:
    """Whether records of ``kind`` are records of processing (three years) or of security (six months)."""
    return kind.partition(".")[0] in PROCESSING_AREAS
