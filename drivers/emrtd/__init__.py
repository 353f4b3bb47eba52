"""Passports and identity cards with a chip (ICAO Doc 9303), over any channel that carries APDUs."""
