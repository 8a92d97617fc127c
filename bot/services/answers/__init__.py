"""What services return and surfaces show: frozen values, no sentences. Times are aware UTC; zones are IANA names."""
