"""What `nextcall` says of a report, as JSON, by how it is asked for.

`python -m tests.architecture.report_road COMMAND FOLDER`: `test_report_places` runs it in a copy of the tree, with the
sample organisation and its leads in the folder.
"""

import json
import os
import sys

from typer.testing import CliRunner

from bot.cli import app
from bot.cli.demo.stage import LEADS, SETUP


def _say(*arguments: object) -> str:
    told = CliRunner().invoke(app, [str(one) for one in arguments])
    assert told.exit_code == 0, told.output
    return told.stdout


if __name__ == "__main__":
    command, folder = sys.argv[1:]
    os.chdir(folder)
    os.environ |= {"DATABASE_URL": "sqlite:///calls.db", "COLUMNS": "200"}
    _say("apply", SETUP)
    proofs = ("--basis", "legitimate_interest", "--told-of-calls")
    _say("import-contacts", LEADS, "--campaign", "Energy switch", "--rejects", "rejects.csv", *proofs)
    listed = next(line.split() for line in _say("--help").splitlines() if f" {command} " in line)
    shown = {"help": listed, "read": _say(command).splitlines(), "as JSON": json.loads(_say(command, "--json"))}
    sys.stdout.write(json.dumps(shown))
