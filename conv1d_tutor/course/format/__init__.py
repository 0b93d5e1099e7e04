"""Reads lessons: `lesson.toml`, the prose in each language, and what lessons may say."""
