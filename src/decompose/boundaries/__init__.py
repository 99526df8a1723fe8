"""From the coupling graph to service boundaries and the capability map."""
