"""Tests of the engine's layers and of what they compute."""
