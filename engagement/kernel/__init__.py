"""What every part stands on: database, settings, permissions, clock, languages, audit. It knows no feature."""
