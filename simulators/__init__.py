"""The outside world in miniature, over its real protocols: message centre and state registries.

Development and tests only. Nothing here imports the product, so that a mistake of the product cannot
repeat itself on the other side of the wire.
"""
