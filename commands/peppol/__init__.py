"""The access points of this installation: one over HTTP, and the fake one that ships for demonstration and tests."""
