"""Formats that differ from those of a language as Django knows it."""
