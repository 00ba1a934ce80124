"""The ground floor: what every slice stands on. It knows no slice."""
