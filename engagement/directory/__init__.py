"""The directory: finding organisations by what they are, where they are and what they offer now."""
