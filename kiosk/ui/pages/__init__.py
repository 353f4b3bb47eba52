"""The six kinds of office pages as widgets, painted by us; what they are about is none of their business."""
