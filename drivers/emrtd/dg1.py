"""DG1: the machine-readable zone on the chip (9303-10, 4.7.1). Places of fields; ``drivers/mrz`` takes it apart."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.emrtd.access_keys import MrzKeyFields
from drivers.emrtd.errors import DocumentMalformed, MalformedTlv
from drivers.emrtd.files import DG1
from drivers.emrtd.tlv import Data, find, whole

__all__ = ["Dg1", "parse_dg1"]

_MRZ = 0x5F1F
_COLUMNS = {90: 30, 72: 36, 88: 44}
_STATE = slice(2, 5)


@dataclass(frozen=True)
class Dg1:
    """``lines``: as the standard prints them, without line ends. Personal: it lives as long as the read."""

    lines: tuple[str, ...] = field(repr=False)

    @property
    def issuing_state(self) -> str:
        """As printed, without fillers: ``D`` for Germany."""
        return self.lines[0][_STATE].rstrip("<")

    @property
    def document_code(self) -> str:
        """``P``, ``I``, ``AC`` ... without fillers."""
        return self.lines[0][:2].rstrip("<")

    def opened_by(self, key: MrzKeyFields) -> bool:
        """Whether these are the number and dates that opened the chip: else it belongs to another document."""
        number, dates = self._number, self._dates
        return (number.rstrip("<"), *dates) == (
            key.document_number.rstrip("<"),
            key.birth_date_yymmdd,
            key.expiry_date_yymmdd,
        )

    @property
    def _dates(self) -> tuple[str, str]:
        """(birth, expiry), YYMMDD."""
        if len(self.lines) == 3:
            return self.lines[1][0:6], self.lines[1][8:14]
        return self.lines[1][13:19], self.lines[1][21:27]

    @property
    def _number(self) -> str:
        """With what runs over into the optional field where its check digit's place is empty (9303-5, 4.2.2)."""
        if len(self.lines) == 3:
            number, check, optional = self.lines[0][5:14], self.lines[0][14], self.lines[0][15:30]
        elif len(self.lines[0]) == 36:
            number, check, optional = self.lines[1][0:9], self.lines[1][9], self.lines[1][28:35]
        else:
            return self.lines[1][0:9]
        if check != "<":
            return number
        return number + optional.split("<")[0][:-1]


def parse_dg1(untrusted: Data) -> Dg1:
    """From the file's bytes. Raises DocumentMalformed."""
    try:
        value = find(whole(untrusted, DG1.tag).value, _MRZ)
    except MalformedTlv as error:
        raise DocumentMalformed(f"DG1: {error.step}") from error
    if value is None or len(value) not in _COLUMNS:
        raise DocumentMalformed("DG1: no machine-readable zone of a known size")
    try:
        text = bytes(value).decode("ascii")
    except UnicodeDecodeError:
        raise DocumentMalformed("DG1: characters that no machine-readable zone has") from None
    columns = _COLUMNS[len(text)]
    return Dg1(tuple(text[at : at + columns] for at in range(0, len(text), columns)))
