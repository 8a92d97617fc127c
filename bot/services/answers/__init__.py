"""What services answer and surfaces show: frozen values, facts without sentences. Instants are aware UTC."""
