"""The life of an event on one machine, and above all its end: new, armed, open, closing, wiped."""
