"""What everybody does who is not at a gate: accounts, overrides, the log, the event, the machine. No Qt in here."""
