"""From a snapshot to what a template writes: one module for each section of the page."""
