"""Byte pipes: a serial port, a pseudo-terminal that imitates one, an in-memory pair for tests."""
