"""Accounts of the desk: inviting and changing them, one-time links, and how somebody shows who they are.

Only a process that serves the desk has allauth, so modules that need it are imported by the desk alone.
"""
