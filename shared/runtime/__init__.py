"""Glue to nameko, HTTP and the database: providers and entrypoints to compose, no base classes."""
