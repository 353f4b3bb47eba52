"""The report of an import as a CSV file for a spreadsheet: rows, columns and sentences, never what a cell held."""

from __future__ import annotations

import csv
import io

from kiosk.roster.faults import ImportReport

HEADER = ("row", "column", "kind", "code", "what")


def report_csv(report: ImportReport) -> bytes:
    """UTF-8 with a byte order mark, by which spreadsheets know it; lines as RFC 4180 has them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for kind, found, count in (
        ("fault", report.faults, report.fault_count),
        ("note", report.notes, report.note_count),
    ):
        writer.writerows((each.row or "", each.column, kind, each.code, each.sentence) for each in found)
        if count > len(found):
            writer.writerow(("", "", kind, "more", f"and {count - len(found)} more"))
    return text.getvalue().encode("utf-8-sig")
