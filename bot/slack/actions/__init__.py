"""One file per button: read its opaque id, call one service, show how things stand."""
