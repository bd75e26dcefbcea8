"""Commentbox: comments for any page, on a server of your own."""
