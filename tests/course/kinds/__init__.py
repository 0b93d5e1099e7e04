"""Tests of the kinds of step."""
