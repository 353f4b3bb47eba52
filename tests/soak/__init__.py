"""The long counts: each part plays or feeds very many of one thing and says what it saw. Run by script/soak."""
