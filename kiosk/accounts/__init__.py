"""Personal accounts: who may log in with what, and what is counted about them. One store per machine."""
