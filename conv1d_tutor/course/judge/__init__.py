"""Judges an input: what is expected, what was given, and the idea that explains the difference."""
