"""The attendee's screens: one file per thing to do."""
