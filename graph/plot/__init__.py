"""Plots by matplotlib, which is an extra (``pip install whowhom[plot]``), drawn from values; nothing here asks a store.

Each module has the values of a plot and ``draw``, which gives a figure; :mod:`graph.plot.sheet` makes a file of it.
The network around an actor needs no matplotlib as SVG: that is :mod:`graph.export.svg`.
"""
