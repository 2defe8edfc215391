"""Every write about people that means something, and what all master data share."""
