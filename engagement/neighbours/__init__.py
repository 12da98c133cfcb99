"""Towns that show each other's public offers, once both have agreed and as long as both still do."""
