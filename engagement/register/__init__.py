"""The municipality's register of organisations: what is known of each, across the features, and how it stays clean."""
