"""The parts of a station, each built from its configuration; ``kiosk.app`` puts them together."""
