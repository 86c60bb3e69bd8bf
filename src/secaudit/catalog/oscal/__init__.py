"""Catalogs of OSCAL, read into skeletons of controls.

Never here: writing OSCAL (`reports`).
"""
