"""Every sentence a person reads in Slack, in English (UK). Text from outside comes in as Markup: already made safe.

Other languages are catalogues in `locale/`, found by the English sentence. A new one begins as an empty `xx.po`: the tests
name what it lacks.
"""
