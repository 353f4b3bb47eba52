"""The base's functions for what gates and desks share: queue, calls, staffing, incidents, waits, head counts."""

from __future__ import annotations

from kiosk.base.answers import Answer, Row, number
from kiosk.domain.incident import Incident, Mode, Why
from kiosk.domain.lanes import BaseCall, GroupWaits, Staffing, Waiting


class LaneCalls:
    """Mixed into BaseClient, which asks. Each call raises BaseAway, BaseRefused."""

    def queue_join(self, nonce: str, station: str, gate_group: str, entry: str) -> Answer:
        """joined."""
        return self._change("queue_join", nonce, station, gate_group, entry)

    def queue_take(self, nonce: str, station: str, gate_group: str) -> Answer:
        """taken, empty."""
        return self._change("queue_take", nonce, station, gate_group)

    def queue_finish(self, nonce: str, entry: str, outcome: str) -> Answer:
        """finished, nothing. ``outcome``: admitted (and no gate opens), sent_on, left."""
        return self._change("queue_finish", nonce, entry, outcome)

    def queue_admit(self, nonce: str, entry: str, admission: str) -> Answer:
        """finished, nothing, no_admission. The gate that sent the person opens for this desk's ``admission``."""
        return self._change("queue_admit", nonce, entry, admission)

    def queue_waiting(self) -> tuple[Waiting, ...]:
        """Whom nobody called up yet, longest first."""
        return tuple(
            Waiting(str(entry), str(station), str(group), number(since) or 0.0)
            for entry, station, group, since in self._rows("queue_waiting")
        )

    def queue_waits(self) -> tuple[GroupWaits, ...]:
        """Both lanes of each gate group, over ten minutes."""
        return tuple(
            GroupWaits(
                str(group),
                int(waiting or 0),
                number(since),
                number(p90_s),
                int(served or 0),
                number(face_p90_s),
                int(checks or 0),
            )
            for group, waiting, since, p90_s, served, face_p90_s, checks in self._rows("queue_waits")
        )

    def tell_wait(self, nonce: str, station: str, gate_group: str, wait_s: float) -> Answer:
        """noted. A face check's answer came after ``wait_s``."""
        return self._change("tell_wait", nonce, station, gate_group, repr(wait_s))

    def staff_here(self, station: str, gate_group: str, *, manned: bool) -> Answer:
        """noted. Whether an officer works at this desk for ``gate_group``."""
        return self._change("staff_here", station, gate_group, "manned" if manned else "unmanned")

    def staffing_now(self) -> tuple[Staffing, ...]:
        """Of each gate group that has a desk."""
        return tuple(
            Staffing(str(group), int(desks or 0), int(manned or 0), number(manned_at))
            for group, desks, manned, manned_at in self._rows("staffing_now")
        )

    def call_staff(self, nonce: str, station: str, gate_group: str, call: str, about: str = "staff") -> Answer:
        """called, waiting. ``about``: staff, care."""
        return self._change("call_staff", nonce, station, gate_group, call, about)

    def answer_call(self, nonce: str, station: str, call: str) -> Answer:
        """answered, nothing."""
        return self._change("answer_call", nonce, station, call)

    def calls_waiting(self) -> tuple[BaseCall, ...]:
        """Oldest first."""
        return tuple(
            BaseCall(str(call), str(station), str(group), number(called_at) or 0.0, about == "care")
            for call, station, group, called_at, about in self._rows("calls_waiting")
        )

    def incident_begin(
        self,
        nonce: str,
        station: str,
        gate_group: str,
        incident: str,
        mode: str,
        why: str,
        officer: str,
        until: float,
    ) -> Answer:
        """began. ``gate_group``: one, or "all"."""
        return self._change("incident_begin", nonce, station, gate_group, incident, mode, why, officer, repr(until))

    def incident_end(self, nonce: str, station: str, incident: str, officer: str) -> Answer:
        """ended, nothing."""
        return self._change("incident_end", nonce, station, incident, officer)

    def incidents_now(self) -> tuple[Incident, ...]:
        """Begun, not ended, their time not over; by the base's time."""
        return tuple(
            Incident(
                str(incident),
                str(group),
                Mode(mode or ""),
                Why(why or ""),
                str(officer),
                number(began) or 0,
                number(until) or 0,
            )
            for incident, group, mode, why, officer, began, until in self._rows("incidents_now")
        )

    def count_passages(
        self, nonce: str, station: str, gate_group: str, passed_in: int, passed_out: int, how: str = "checked"
    ) -> Answer:
        """counted. What the turnstile's sensor saw since the last call. ``how``: checked, free."""
        return self._change("count_passages", nonce, station, gate_group, str(passed_in), str(passed_out), how)

    def head_count(self) -> list[dict[str, int | str]]:
        """For each gate group: admitted, exited, doubled, passed_in, passed_out, free_in."""
        names = ("admitted", "exited", "doubled", "passed_in", "passed_out", "free_in")
        return [
            {"gate_group": str(row[0]), **{name: int(value or 0) for name, value in zip(names, row[1:], strict=True)}}
            for row in self._rows("head_count")
        ]

    def _change(self, function: str, *arguments: str) -> Answer:
        raise NotImplementedError

    def _rows(self, function: str, *arguments: str) -> list[Row]:
        raise NotImplementedError
