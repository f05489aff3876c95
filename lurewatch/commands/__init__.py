"""The commands of `lurewatch`, one module for each room they drive.

A command parses, calls and prints: data on standard output, everything else on standard error. Heavy rooms are
imported inside the commands, so that `lurewatch --help` stays quick.
"""
