"""What attendees hear: cues, when each is heard, and who plays them. Sound goes out only; nothing listens."""
