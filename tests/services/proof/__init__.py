"""Tests of the log: sequenced, proved, tampered with, killed."""
