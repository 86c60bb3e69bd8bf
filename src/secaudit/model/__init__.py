"""The vocabulary: frozen values that travel between rooms.

Never here: input or output, pydantic, clocks, or an import of another room.
"""
