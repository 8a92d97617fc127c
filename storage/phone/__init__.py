"""The phone system's calls: which are on record, which attempts they belong to, and what they say against attempts."""
