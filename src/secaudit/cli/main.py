"""The command `secaudit`: a group whose commands are imported only when called, so that `--version` is instant.

Never here: what a command does (`commands`).
"""

import gc
import importlib
import keyword
import sys
from collections.abc import Mapping

import click

import secaudit
from secaudit.cli.console import FaultBoundary, code_of, prepare_streams, show_errors
from secaudit.cli.exit_codes import ExitCode
from secaudit.cli.language import say
from secaudit.errors import SecauditError

COMMANDS: Mapping[str, str] = {
    "check": say("ポリシーと証跡を照らして評価し、記録する", "assess policies against evidence, print and record"),
    "explain": say("管理策の意味と、この判定になった理由を示す", "say what a control means and why it has its status"),
    "trend": say("得点の推移を示す", "show the score history"),
    "plan": say("計画の約束と、示された実績を比べる", "hold a plan's promises against what is shown"),
    "zones": say("三層の分離を機器の構成から証明する", "prove the separation of the three layers from device configurations"),
    "catalogue": say("管理策を一覧・表示・点検・作成する", "list, show, check and scaffold controls"),
    "evidence": say("証跡を見分け、封印し、確かめる", "recognise, seal and verify evidence"),
    "history": say("記録を確かめ、一覧し、持ち出す", "verify, list, show and export the record"),
    "export": say("OSCAL の catalog と profile を書き出す", "write OSCAL catalogs and profiles"),
    "import": say("OSCAL の catalog を管理策のひな型にする", "make skeletons of controls from an OSCAL catalog"),
    "schema": say("ファイル形式のJSON Schemaを出す", "write JSON Schemas of all file formats"),
    "init": say("新しい団体の作業フォルダーを作る", "make a workspace for one organisation"),
}


COLLECTED = (50_000, 20, 20)
"""When the collector of cycles runs. A catalogue is a great many small objects without cycles: by default it would be walked again
and again while it grows, which takes a third of the time to load it."""


class LazyGroup(click.Group):
    """A group that knows its commands' names and one-line helps without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command's module and return its `command`."""
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        module = importlib.import_module(f"secaudit.cli.commands.{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of commands without importing any."""
        with formatter.section(say("コマンド", "Commands")):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=say(
        "例:  secaudit init   |   secaudit check   |   secaudit explain 5.2.2-02   |   secaudit trend",
        "Examples:  secaudit init   |   secaudit check   |   secaudit explain 5.2.2-02   |   secaudit trend",
    ),
    help=say(
        "地方公共団体の情報セキュリティポリシーを、手元の証跡で監査します。",
        "Audits the security policies of Japan's local governments against their own evidence.",
    ),
)
@click.version_option(secaudit.__version__, prog_name="secaudit")
def main() -> None:
    """Begin; the commands do the work."""


def run() -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(*COLLECTED)
    prepare_streams()
    with FaultBoundary():
        sys.exit(invoke(sys.argv[1:]))


def invoke(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        result = main.main(arguments, prog_name="secaudit", standalone_mode=False)
    except SecauditError as error:
        show_errors([error])
        return code_of(error)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return ExitCode.BAD_USAGE
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    return result if isinstance(result, int) else ExitCode.CLEAN


if __name__ == "__main__":
    run()
