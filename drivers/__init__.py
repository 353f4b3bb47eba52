"""Drivers for document readers, ticket scanners and turnstiles on serial lines. Usable without the kiosk.

``port`` says what a device looks like to its owner, ``registry`` opens one by family and port name, ``transport`` holds
the byte pipes, ``reopening`` and ``discovery`` keep a device open and find it again. Each family is a package: a
protocol without I/O, a reader, and a simulator that speaks the same bytes on a pseudo-terminal.
"""
