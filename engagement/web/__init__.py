"""Delivery over HTTP, one package an audience."""
