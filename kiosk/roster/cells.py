"""Cells that a spreadsheet file cannot hand over as the text somebody typed."""

from __future__ import annotations

SENTENCES = {
    "formula": "holds a formula: copy the column and paste its values",
    "spreadsheet_error": "holds an error of the spreadsheet, such as #N/A",
    "spreadsheet_number": "was turned into a rounded number by a spreadsheet; format the column as text",
    "spreadsheet_date": "was turned into a date by a spreadsheet; format the column as text",
}


class OddCell(str):
    """Its text is what the spreadsheet shows; ``code`` is a key of SENTENCES."""

    __slots__ = ("code",)
    code: str

    def __new__(cls, code: str, text: str = "") -> OddCell:
        cell = super().__new__(cls, text)
        cell.code = code
        return cell

    @property
    def sentence(self) -> str:
        return SENTENCES[self.code]
