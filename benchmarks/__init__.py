"""CPU per request of the REST API, beside the same answers made by hand in the same run."""
