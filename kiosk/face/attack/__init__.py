"""Passive signs that what stands before the camera is not a person: each a number, and whether it suspects.

A suspicion leads to staff, never to a refusal. What the signs are worth was measured: ``limits`` says on what.
"""
