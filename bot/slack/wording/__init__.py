"""Every sentence a user reads in Slack: in English in `en.toml`, in other languages beside it. See `say`."""
