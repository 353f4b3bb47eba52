"""Captures of a disputed face check, kept for a while at the person's own wish (R-47): off unless two people allow it.

The visit's process seals them to the event's hold key; nothing outside it ever holds them in clear but the screen of a
supervisor who looks at them.
"""
