"""The action schemes as SKOS: PLOVER, CAMEO and the quad classes, generated from tables by :mod:`build`."""
