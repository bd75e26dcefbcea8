"""Telling people by mail: who is told, in which words, and what the links in it do."""
