"""From events to a graph: RDF, its store, the columnar index, networks and exports."""
