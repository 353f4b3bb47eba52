"""Whether code, models and settings are what somebody answerable sealed, and signs that the kiosk is attacked."""
