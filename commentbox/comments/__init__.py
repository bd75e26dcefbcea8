"""Threads and comments: finding, posting, reading."""
