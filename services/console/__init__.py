"""The ``vigie`` command and the embedded city: the only place that may import every service."""
