"""Resident ID cards through the serial protocol of the SAM module (SDT).

From the wire up: ``protocol`` (frames), ``line`` (one request, one answer), ``startup`` and ``session`` (what
is asked when), ``layout``, ``id_number`` and ``record`` (what a card says, reduced), ``reader`` (the
DocumentReader). The simulated reader is ``simulator`` over ``simulated_sam`` and ``simulated_card``; no other
module imports it.
"""
