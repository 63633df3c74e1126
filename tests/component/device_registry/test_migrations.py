"""The migrations make the tables that the code knows."""

from sqlalchemy import inspect

from services.device_registry.storage.tables import METADATA
from shared.runtime.migrating import check


def test_the_migrated_database_is_the_one_of_the_metadata(database):
    check(database, "services.device_registry.storage")
    assert set(METADATA.tables) <= set(inspect(database.engine).get_table_names())
