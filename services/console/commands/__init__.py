"""The commands of ``vigie``, one a file."""
