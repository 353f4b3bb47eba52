"""Windows: what attendees, attendants and organisers see and touch. No rules live here."""
