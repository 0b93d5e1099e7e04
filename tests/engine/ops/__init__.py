"""Tests of the engine's operations."""
