"""Whole stories, told over HTTP only."""
