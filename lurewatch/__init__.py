"""The composition root: command line, settings, the watch loop, doctor and demo.

Only `lurewatch.errors` may be imported from the other rooms; it imports nothing itself.
"""
