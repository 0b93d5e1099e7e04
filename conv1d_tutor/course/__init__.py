"""Lessons as data: reading and checking them, judging answers, and the learner's progress."""
