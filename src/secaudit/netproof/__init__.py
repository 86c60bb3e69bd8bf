"""Zones and device configurations: separation proved, or a packet that crosses and the line that lets it.

Never here: reading a policy (`policy`), exit codes and printing (`cli`), evidence tables (`evidence`).
"""
