"""Slip printers that speak ESC/POS on a serial line."""
