"""Papers: what the kiosk gives out to be printed and signed, as PDF. Painted in a process without a window."""
