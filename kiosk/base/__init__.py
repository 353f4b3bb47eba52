"""The venue's base: a PostgreSQL in the venue's own network that many gates and desks share, and the way to it.

Nothing of the product listens on a network; the base is PostgreSQL with a schema of functions. A station without a base
works on its own store, as does one whose base is away.
"""
