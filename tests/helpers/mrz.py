"""Specimen zones of ICAO 9303 (invented people of Utopia), and zones made up with right check digits."""

from __future__ import annotations

import random

from drivers.mrz.check_digits import check_digit

TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD1_LONG = ("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<")
TD2_LONG = ("I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<8")
SPECIMENS = {"TD3": TD3, "TD1": TD1, "TD2": TD2, "TD1 long": TD1_LONG, "TD2 long": TD2_LONG}

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def made_up_td3(chance: random.Random) -> tuple[str, str]:
    """A passport's zone with right check digits."""
    number = "".join(chance.choices(_LETTERS + "0123456789", k=chance.randrange(5, 10))).ljust(9, "<")
    birth = f"{chance.randrange(100):02d}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    expiry = f"{chance.randrange(100):02d}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    name = "".join(chance.choices(_LETTERS, k=6)) + "<<" + "".join(chance.choices(_LETTERS, k=5))
    optional = "".join(chance.choices("0123456789", k=chance.randrange(14))).ljust(14, "<")
    parts = [part + check_digit(part) for part in (number, birth, expiry, optional)]
    composite = check_digit("".join(parts))
    return f"P<UTO{name}".ljust(44, "<"), f"{parts[0]}UTO{parts[1]}<{parts[2]}{parts[3]}{composite}"
