"""Plumbing shared by every room; it knows no business."""
