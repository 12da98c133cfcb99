"""The commands of ``engagement``."""
