"""The messages on the bus: frozen, versioned, tolerant of fields they don't know, so that an older service reads
what a newer one writes."""
