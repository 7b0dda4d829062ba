"""Helpers for tests, of minitensor itself and of code that builds on it. Import what you need by its module.

`minitensor.testing.geometries` has hypothesis strategies for the geometries of convolution and pooling.
"""
