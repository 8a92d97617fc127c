"""Tables, migrations, transactions and queries. Knows of the law only its vocabulary; decides nothing."""
