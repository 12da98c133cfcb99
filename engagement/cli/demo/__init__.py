"""``engagement demo``: three cities with invented content, all parts running, mails caught."""
