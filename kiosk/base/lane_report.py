"""What an event's lanes came to, read at the base: waits of both, heads, officers, incidents. No person is in it."""

from __future__ import annotations

import psycopg
from psycopg.rows import dict_row

_GROUPS = """
    WITH staff AS (
      SELECT gate_group, count(*) AS sent, count(taken_at) AS served,
             percentile_cont(0.5) WITHIN GROUP (ORDER BY taken_at - joined_at) AS p50_s,
             percentile_cont(0.9) WITHIN GROUP (ORDER BY taken_at - joined_at) AS p90_s
        FROM venue.queue WHERE event = %(event)s GROUP BY 1),
    face AS (
      SELECT gate_group, count(*) AS checks, percentile_cont(0.5) WITHIN GROUP (ORDER BY wait_s) AS p50_s,
             percentile_cont(0.9) WITHIN GROUP (ORDER BY wait_s) AS p90_s
        FROM venue.face_waits WHERE event = %(event)s GROUP BY 1),
    heads AS (
      SELECT gate_group, count(*) AS admitted, count(exited_at) AS exited
        FROM venue.admissions WHERE event = %(event)s AND undone_at IS NULL GROUP BY 1),
    doubled AS (
      SELECT gate_group, count(*) AS doubled FROM venue.conflicts
        WHERE event = %(event)s AND kind = 'double_use' AND undone_at IS NULL GROUP BY 1),
    seen AS (
      SELECT gate_group, sum(passed_in) FILTER (WHERE NOT free) AS passed, sum(passed_in) FILTER (WHERE free) AS free
        FROM venue.passages WHERE event = %(event)s GROUP BY 1)
    SELECT gate_group, coalesce(sent, 0) AS sent, coalesce(served, 0) AS served,
           staff.p50_s AS staff_p50_s, staff.p90_s AS staff_p90_s, coalesce(checks, 0) AS face_checks,
           face.p50_s AS face_p50_s, face.p90_s AS face_p90_s, coalesce(admitted, 0) AS admitted,
           coalesce(exited, 0) AS exited, coalesce(doubled, 0) AS doubled, coalesce(passed, 0)::bigint AS passed,
           coalesce(free, 0)::bigint AS free
      FROM staff FULL JOIN face USING (gate_group) FULL JOIN heads USING (gate_group)
           FULL JOIN doubled USING (gate_group) FULL JOIN seen USING (gate_group)
      ORDER BY gate_group
"""
_INCIDENTS = """
    SELECT gate_group, mode, why, officer, began_at, until, ended_at, ended_by
      FROM venue.incidents WHERE event = %(event)s ORDER BY began_at
"""
_CALLS = """
    SELECT count(*) AS calls, count(answered_at) AS answered,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY answered_at - called_at) AS p90_s
      FROM venue.calls WHERE event = %(event)s AND about = 'staff'
"""


def lane_report(db: psycopg.Connection, event: str) -> dict[str, object]:
    """``groups``, ``incidents``, ``calls``. Waits in seconds, None where nobody waited; times UTC seconds."""
    given = {"event": event}
    with db.cursor(row_factory=dict_row) as cursor:
        return {
            "groups": cursor.execute(_GROUPS, given).fetchall(),
            "incidents": cursor.execute(_INCIDENTS, given).fetchall(),
            "calls": cursor.execute(_CALLS, given).fetchone(),
        }
