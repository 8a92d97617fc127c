"""Roads in the browser from the first press to the last, without a command typed."""
