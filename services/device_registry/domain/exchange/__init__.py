"""The inventory as it leaves and comes back: tables for spreadsheets (CSV), features for maps (GeoJSON)."""
