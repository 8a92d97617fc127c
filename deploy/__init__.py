"""How Nextcall is run: the unit for systemd, the proxy of compose.yaml, and the check of both and of the container."""
