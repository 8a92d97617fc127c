"""Tables, migrations, transactions and queries. Knows only the law's vocabulary and decides nothing."""
