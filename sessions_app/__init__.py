"""Sessions from request to delivery, and the agenda that never books anything twice."""
