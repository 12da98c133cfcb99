"""What a municipality counts: from rows to figures, with nobody in them. Reads other features, writes nothing."""
