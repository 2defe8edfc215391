"""A believable demo studio, made by the same actions that people use."""
