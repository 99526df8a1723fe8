"""Reports of drift: one module for each place that a finding is read in."""
