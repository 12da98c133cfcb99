"""Saved searches: what somebody looks for is remembered, and new offers that fit are told by mail."""
