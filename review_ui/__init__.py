"""The review application: sign in, read a post with its reasons, decide with one key, put a case together.

Everything that was collected is shown as text and nothing else; no page loads anything from another host.
"""
