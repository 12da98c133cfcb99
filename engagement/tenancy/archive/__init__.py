"""Everything that a tenant owns, in one file: written from one installation, read into another."""
