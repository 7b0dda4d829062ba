"""Fixtures of several parts' tests."""

from programs import start_program

__all__ = ["start_program"]
