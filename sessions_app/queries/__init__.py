"""Reads that span tables; they change nothing."""
