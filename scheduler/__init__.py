"""The clock's entry point: the same actions as the API, and no request."""
