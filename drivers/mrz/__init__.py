"""Machine-readable zones of travel documents (ICAO Doc 9303 parts 3 to 6): reading, checking, typing.

``check_digits``, ``layout`` and ``parse`` are the arithmetic, ``dates`` what two-digit years mean, ``entry`` what
staff type by hand, ``framing`` and ``learning`` how a swipe reader wraps its lines, ``reader`` the swipe reader on a
serial line. The simulated one is ``simulator``. A zone proves nothing about the bearer: it is the key to the chip, and
a typing aid.
"""
