"""Pure functions over plain values: no network, no database, no request."""
