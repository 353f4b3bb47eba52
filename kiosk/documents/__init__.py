"""What an organiser has in writing, made from what is there: notice, assessment, records, report, evidence.

Papers are plain values (``kiosk.documents.paper``) with their words in them; ``kiosk.papers`` paints them.
"""
