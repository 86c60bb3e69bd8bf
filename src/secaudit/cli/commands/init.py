"""`secaudit init`: a new workspace for one organisation, by questions or by flags, from scratch or from a profile.

* A profile is copied with its comments; only what was given or asked for replaces what it says.

Never here: judging; nothing existing is overwritten.
"""

from collections.abc import Mapping
from pathlib import Path

import click

from secaudit.cli import console
from secaudit.cli.language import say
from secaudit.cli.options import lang_option, shared, today
from secaudit.errors import UsageError
from secaudit.model.control import EDITIONS
from secaudit.model.text import Text
from secaudit.pipeline.workspace import shipped_profiles
from secaudit.wire.edit import set_values
from secaudit.wire.files import write_atomic
from secaudit.wire.tree import Pointer

TYPES = ("municipality", "prefecture", "school-board", "association")
MODELS = ("alpha", "alpha-prime", "beta", "beta-prime")
PROFILES: Mapping[str, str] = {
    "first-year-three-files": say(
        "最初の年。職員名簿・アカウント一覧・受講履歴だけで始める", "a first year: staff list, accounts, training records"
    ),
    "required-only": say("必須の管理策だけを見る", "required controls only"),
    "alpha-town": say("αモデルの町村", "a town with network model α"),
    "beta-prime-city": say("β′モデルの市", "a city with network model β′"),
    "small-association": say("小さな一部事務組合", "a small association of municipalities"),
}
"""Policies to copy: `policies/profiles/<name>.yaml`."""


@click.command(
    "init",
    help=say(
        "一つの団体の作業フォルダー（ポリシーと証跡の置き場）を作ります。指定がなければ質問します。",
        "Makes a workspace for one organisation: a policy and a place for evidence. Asks what is not given.",
    ),
    epilog="\b\n"
    + say("ひな型 (--profile):\n", "Profiles (--profile):\n")
    + "".join(f"  {name}: {what}\n" for name, what in PROFILES.items())
    + "\n"
    + say(
        "例:  secaudit init --profile alpha-town --id mihon --name-ja 見本町 --name-en 'Mihon Town' --code 993018",
        "Example:  secaudit init --profile alpha-town --id mihon --name-ja 見本町 --name-en 'Mihon Town' --code 993018",
    ),
)
@shared(lang_option)
@click.option(
    "--workspace",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help=say("作るフォルダー（既定: いまのフォルダー）", "folder to make it in (default: here)"),
)
@click.option(
    "--id",
    "name",
    prompt=say("団体の短い名前（英小文字）", "short name of the organisation (lower case)"),
    help=say("団体の短い名前", "short name"),
)
@click.option("--name-ja", prompt=say("団体名", "name in Japanese"), help=say("団体名", "name in Japanese"))
@click.option("--name-en", prompt=say("団体名（英語）", "name in English"), help=say("団体名（英語）", "name in English"))
@click.option(
    "--code",
    prompt=say("全国地方公共団体コード（6桁）", "code of the local government (6 digits)"),
    help=say("団体コード（6桁）", "code, 6 digits"),
)
@click.option(
    "--profile", type=click.Choice(tuple(PROFILES)), help=say("写して始めるひな型（下の一覧）", "profile to start from (see below)")
)
@click.option(
    "--type",
    "kind",
    type=click.Choice(TYPES),
    help=say("団体の種類（既定: ひな型のもの、なければ municipality）", "kind of organisation (default: the profile's, or municipality)"),
)
@click.option(
    "--model",
    type=click.Choice(MODELS),
    help=say("三層の対策のモデル（既定: ひな型のもの、なければ alpha）", "network model (default: the profile's, or alpha)"),
)
@click.option(
    "--edition",
    type=click.Choice(EDITIONS),
    help=say("採用したガイドラインの版（既定: ひな型のもの、なければ最新）", "adopted edition (default: the profile's, or the newest)"),
)
@click.option("--fiscal-year", type=click.IntRange(2018, 2099), help=say("最初の年度", "first fiscal year"))
def command(  # noqa: D103 - click shows the help above
    lang: str | None,
    workspace: Path,
    name: str,
    name_ja: str,
    name_en: str,
    code: str,
    profile: str | None,
    kind: str | None,
    model: str | None,
    edition: str | None,
    fiscal_year: int | None,
) -> None:
    del lang
    _require_plain(name)
    _require_code(code)
    current = today()
    year = fiscal_year or (current.year if current.month >= 4 else current.year - 1)
    policy = workspace / "policies" / f"{name}.yaml"
    manifest = workspace / "evidence" / name / f"FY{year}" / "manifest.yaml"
    for path in (policy, manifest):
        if path.exists():
            raise UsageError(
                Text(ja=f"`{path.as_posix()}` は既にある", en=f"`{path.as_posix()}` exists already"),
                hint=Text(ja="別の名前にするか、そのファイルを編集してください", en="choose another name, or edit that file"),
            )
    policy.parent.mkdir(parents=True, exist_ok=True)
    manifest.parent.mkdir(parents=True, exist_ok=True)
    if profile is None:
        text = policy_text(name, name_ja, name_en, code, kind or TYPES[0], model or MODELS[0], edition or EDITIONS[-1])
    else:
        own = {"id": name, "name": {"ja": name_ja, "en": name_en}, "code": code, "type": kind}
        text = from_profile(profile, own, {"network_model": model, "catalogue": edition})
    write_atomic(policy, text.encode())
    write_atomic(manifest, manifest_text(name, year).encode())
    ignored = workspace / ".gitignore"
    if not ignored.exists():
        write_atomic(ignored, b".secaudit/\nevidence/\n")
    console.write(
        say(
            f"作りました: {policy.as_posix()} と {manifest.as_posix()}\n"
            f"次に: 証跡のファイルを {manifest.parent.as_posix()} に置き、\n"
            f"`secaudit evidence scan {manifest.parent.as_posix()}` で見分けます。\n"
            f"それから `secaudit check --policy {name}` を実行します。\n",
            f"made: {policy.as_posix()} and {manifest.as_posix()}\n"
            f"next: put files into {manifest.parent.as_posix()} and run `secaudit evidence scan {manifest.parent.as_posix()}`,\n"
            f"then `secaudit check --policy {name}`.\n",
        )
    )


def _require_plain(name: str) -> None:
    if not (name.isascii() and name.replace("-", "").isalnum() and name == name.lower() and not name.startswith("-")):
        raise UsageError(
            Text(ja=f"短い名前 `{name}` が使えない", en=f"the short name `{name}` cannot be used"),
            hint=Text(ja="英小文字・数字・ハイフンで書いてください", en="use lower-case letters, digits and hyphens"),
        )


def _require_code(code: str) -> None:
    digits = [int(char) for char in code] if code.isascii() and code.isdigit() and len(code) == 6 else []
    total = sum(digit * weight for digit, weight in zip(digits, (6, 5, 4, 3, 2), strict=False))
    if not digits or digits[5] != (11 - total % 11) % 10:
        raise UsageError(
            Text(ja=f"団体コード `{code}` が正しくない", en=f"`{code}` is not a local government code"),
            hint=Text(ja="検査数字を含む6桁で書いてください（例 993018）", en="write six digits including the check digit, such as 993018"),
        )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def from_profile(profile: str, organisation: Mapping[str, object], rest: Mapping[str, object]) -> str:
    """Return a profile with its comments and with what is given in place of what it says; None keeps it."""
    data = (shipped_profiles() / f"{profile}.yaml").read_bytes()
    changes: dict[Pointer, object] = {("organisation", key): value for key, value in organisation.items() if value is not None}
    changes |= {(key,): value for key, value in rest.items() if value is not None}
    return set_values(data, changes).decode()


def policy_text(name: str, name_ja: str, name_en: str, code: str, kind: str, model: str, edition: str) -> str:
    """Return a commented policy that loads as it is."""
    return f"""\
# {name} の方針: 採用した版、設定値、例外措置。書き方は `secaudit schema policy`
# yaml-language-server: $schema=../.secaudit/schemas/policy.schema.json
organisation:
  id: {name}
  name: {{ja: {_quoted(name_ja)}, en: {_quoted(name_en)}}}
  type: {kind}
  code: "{code}"
catalogue: "{edition}"          # 採用したガイドラインの版
evidence_basis: records        # records: 手元の証跡で判定する
network_model: {model}
parameters: {{}}                 # 例 {{"5.2.2-02": {{target: 0.95}}}}
exceptions: []                 # 例外措置: control, subjects, reason, approved_by, approved_on, expires
gate: {{fail_on: required, minimum_score: 80}}
"""


def manifest_text(name: str, year: int) -> str:
    """Return a commented manifest without files that loads as it is."""
    return f"""\
# FY{year} の証跡の一覧。`secaudit evidence scan` が案を出し、`secaudit evidence seal` が封印する
# yaml-language-server: $schema=../../../.secaudit/schemas/manifest.schema.json
organisation: {name}
fiscal_year: {year}
files: []
# 例:
#   - kind: staff
#     path: 職員名簿.xlsx
#     collected_at: {year + 1}-04-03
#     collected_by: 総務課
#     population: {{count: 352, stated_by: 人事係}}
"""
