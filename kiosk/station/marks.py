"""When the stages of a visit happened, in monotonic seconds; turned into durations at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

# name of the duration -> (from, to)
DURATIONS = {
    "choice_to_document_s": ("consent", "document"),
    "read_s": ("document", "identity"),
    "ticket_s": ("identity", "held"),
    "camera_open_s": ("consent", "camera_open"),
    "first_frame_s": ("held", "first_frame"),
    "first_usable_s": ("held", "first_usable"),
    "reference_s": ("portrait", "reference"),
    "compare_s": ("first_usable", "decided"),
    "commit_s": ("decided", "committed"),
    "paint_s": ("committed", "painted"),
    "capture_closed_s": ("decided", "capture_closed"),
    "choice_to_verdict_s": ("consent", "painted"),
    "document_to_verdict_s": ("document_first_byte", "painted"),
}


@dataclass
class Marks:
    """First time each named moment was reached in this visit."""

    at_s: dict[str, float] = field(default_factory=dict)

    def mark(self, name: str, at_s: float) -> None:
        self.at_s.setdefault(name, at_s)

    def durations(self) -> dict[str, float]:
        """Seconds per stage, for the stages whose both ends were reached in this order (a card may come first)."""
        found = {
            name: self.at_s[end] - self.at_s[start]
            for name, (start, end) in DURATIONS.items()
            if start in self.at_s and end in self.at_s and self.at_s[start] <= self.at_s[end]
        }
        if "painted" in self.at_s and "portrait" in self.at_s and "first_usable" in self.at_s:
            begin = max(self.at_s["portrait"], self.at_s["first_usable"])
            found["verdict_s"] = self.at_s["painted"] - begin
        return found
