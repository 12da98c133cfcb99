"""Which offers fit: pure scoring, and a service that reads the catalogue for it."""
