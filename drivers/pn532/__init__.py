"""PN532 contactless front-ends on a serial line (HSU), carrying APDUs to a document's chip.

From the wire up: ``frames`` (bytes to frames), ``commands`` (what is asked and answered), ``line`` (one command, one
answer), ``startup`` (wake-up, line rate), ``field`` (finding a card), ``card`` (the ``CardChannel``). The simulated
front-end is ``simulator`` over ``simulated_chip``; no other module imports it.
"""
