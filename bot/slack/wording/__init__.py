"""Every sentence a person reads in Slack, in English (UK). Text from outside comes in as Markup: already made safe."""
