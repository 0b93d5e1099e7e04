"""Lessons as data: their model, loading, checking, feedback and the learner's progress."""
