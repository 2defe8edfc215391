"""CPU per request: of the REST API beside the same by hand, of pages as data grows."""
