"""Measurements, never tests: ratios within one run, since machines are shared and noisy."""
