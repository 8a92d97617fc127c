"""Packs on trial: the worked cases, and what no case notices when a pack is changed."""
