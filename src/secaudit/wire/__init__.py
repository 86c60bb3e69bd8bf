"""Bytes to trees and back: safe reading, YAML with places, canonical JSON, foreign schemas.

Never here: a word of the domain (control, policy, evidence), pydantic, printing.
"""
