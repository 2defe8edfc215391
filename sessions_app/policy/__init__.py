"""What the studio's rules say about facts: pure functions, without the database or the clock."""
