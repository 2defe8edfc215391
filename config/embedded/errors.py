"""What goes wrong with the embedded PostgreSQL, told to a person."""


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL cannot do what was asked; the message is a sentence for a person."""
