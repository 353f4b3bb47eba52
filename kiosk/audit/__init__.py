"""What was done by whom and when: an append-only chain that outlives the event, and a detail log that dies with it."""
