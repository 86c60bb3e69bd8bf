"""One reader per device language; each turns a configuration into the intermediate representation (`netproof.ir`).

Never here: deciding what a packet may do (`netproof.decide`).
"""
