"""A device leaves service: everything of ours on it goes, except what is handed over."""
