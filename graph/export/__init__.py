"""The graph writes each format in a module of its own."""
