"""Documents with a chip as a ``DocumentReader``: front-end (``drivers/pn532``), protocol (``drivers/emrtd``) and zones
(``drivers/mrz``) put together.

``identity`` reduces DG1 to what a gate may know, ``keys`` keeps a swiped or typed key for the chip that comes next,
``session`` reads one document after the other on one open port, ``reader`` opens that port and the swipe reader's.
"""
