"""How a running bot is: pages for programs that watch it and for people, without anything of those who are called."""
