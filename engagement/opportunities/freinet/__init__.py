"""Bringing offers along from the agency software Freinet: short XML, full XML and CSV."""
