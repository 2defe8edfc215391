"""What every REST door shares: the error envelope, pages, parsing, the schema."""
