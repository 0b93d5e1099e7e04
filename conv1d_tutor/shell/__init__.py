"""The interactive loop: read, evaluate, judge, show."""
