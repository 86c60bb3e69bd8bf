"""What each network model (α, α′, β, β′) lets cross between the three zones, as data.

* Zones by convention: `mynumber`, `lgwan`, `internet`. What no row here allows is not allowed.
* A row says who opens the connection, and why the crossing is in order: a plain 特定通信, a named public system, a listed cloud service, or
  a named relay. A flow is judged by all that it names: whatever it names and the row does not ask for, the row does not fit.
* `basis` tells where a row comes from: [S …] seen in that source of the facts, [K] own knowledge, [?] not sure.
  D1 is the ministry's deck on the 2026 edition of the guideline, N1 a report on the revision of March 2025.

Never here: judging a flow of a policy (`flow_rules`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from secaudit.model.control import EDITIONS
from secaudit.model.policy import RelayKind
from secaudit.model.text import Text

MYNUMBER, LGWAN, INTERNET = "mynumber", "lgwan", "internet"

ALPHA, ALPHA_PRIME, BETA, BETA_PRIME = "alpha", "alpha-prime", "beta", "beta-prime"
ALL = frozenset({ALPHA, ALPHA_PRIME, BETA, BETA_PRIME})

_ZONES: Mapping[str, Text] = MappingProxyType(
    {
        MYNUMBER: Text(ja="マイナンバー利用事務系", en="the My Number zone"),
        LGWAN: Text(ja="LGWAN接続系", en="the LGWAN zone"),
        INTERNET: Text(ja="インターネット接続系", en="the internet zone"),
    }
)
_MODELS: Mapping[str, Text] = MappingProxyType(
    {
        ALPHA: Text(ja="αモデル", en="model α"),
        ALPHA_PRIME: Text(ja="α′モデル", en="model α′"),
        BETA: Text(ja="βモデル", en="model β"),
        BETA_PRIME: Text(ja="β′モデル", en="model β′"),
    }
)
RELAYS: Mapping[RelayKind, Text] = MappingProxyType(
    {
        "screen-transfer": Text(ja="画面転送", en="screen transfer"),
        "sanitised-transfer": Text(ja="無害化", en="sanitised transfer"),
    }
)


def zone_words(zone: str) -> Text:
    """Return the name of a zone for people."""
    return _ZONES.get(zone, Text(ja=f"領域 `{zone}`", en=f"the zone `{zone}`"))


def model_words(model: str) -> Text:
    """Return the name of a model for people."""
    return _MODELS[model]


def known(*zones: str) -> bool:
    """Whether the models speak about all of these zones."""
    return all(zone in _ZONES for zone in zones)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A far end of 特定通信 that the guideline names. `internet`: it may talk to the internet, and may stand there."""

    name: Text
    internet: bool
    basis: str


SYSTEMS: Mapping[str, System] = MappingProxyType(
    {
        "mynaportal": System(
            name=Text(ja="マイナポータル (ぴったりサービス)", en="Mynaportal (Pittari Service)"), internet=True, basis="[S D1 slide 11]"
        ),
        "eltax": System(name=Text(ja="eLTAX", en="eLTAX"), internet=True, basis="[S D1 slide 11]"),
        "security-platform": System(
            name=Text(ja="自治体情報セキュリティ向上プラットフォーム", en="the security improvement platform for local governments"),
            internet=True,
            basis="[S D1 slide 11]",
        ),
        "juki-net": System(name=Text(ja="住基ネット", en="the Resident Registry Network"), internet=False, basis="[S D1 slide 11]"),
        "data-centre": System(name=Text(ja="データセンター", en="the data centre"), internet=False, basis="[S D1 slide 11]"),
        "convenience-lgwan": System(
            name=Text(ja="コンビニ交付用LGWAN", en="the LGWAN line for certificates at convenience stores"),
            internet=False,
            basis="[S D1 slide 11]",
        ),
        "intermediate-server": System(name=Text(ja="中間サーバ", en="the intermediate server"), internet=False, basis="[S D1 slide 11]"),
    }
)
"""By the id that a flow names in `public_system`."""

Way = Literal["plain", "public-system", "cloud-service", "screen-transfer", "sanitised-transfer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A relay by what it does: people of `source` see screens of `target`, or data of `source` are taken into `target`."""

    kind: RelayKind
    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One direction of a flow by what a model asks: who opens it towards whom, what it names, whether it leaves the body's own prefixes.

    `cloud`: it names a cloud service; None: it names none; False: one that is not said to be in the ISMAP list.
    """

    source: str
    target: str
    relay: Passage | None = None
    system: System | None = None
    cloud: bool | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One crossing that models allow: `source` opens it towards `target`.

    `since`: the first edition that has it. `over`: the relay. `outside`: an end may be beyond the body's own prefixes.
    """

    source: str
    target: str
    way: Way
    words: Text
    basis: str
    models: frozenset[str] = ALL
    since: str = EDITIONS[0]
    over: Passage | None = None
    outside: bool = False

    def fits(self, claim: Claim) -> bool:
        """Whether a flow is what this row allows."""
        if (claim.source, claim.target) != (self.source, self.target) or claim.relay != self.over:
            return False
        if claim.outside and not self.outside:
            return False
        if self.way == "cloud-service":
            return claim.cloud is True and claim.system is None
        if claim.cloud is not None:
            return False
        if self.way == "public-system":
            return claim.system is not None and claim.system.internet
        if self.way == "plain":
            return claim.system is None or MYNUMBER in (self.source, self.target)
        return claim.system is None


def _plain(source: str, target: str, words: Text, basis: str) -> Row:
    return Row(source=source, target=target, way="plain", words=words, basis=basis)


_SPECIFIED = Text(ja="特定通信", en="a specified communication")
_NAMED = Text(
    ja="名指しした公的システムとの特定通信（相手は一つずつのアドレス）",
    en="a specified communication with a named public system (its addresses one by one)",
)
_SCREEN = Text(ja="名指しした中継による画面転送", en="screen transfer by a named relay")
_CLEAN = Text(ja="名指しした中継による無害化", en="sanitised transfer by a named relay")
_TO_MYNUMBER = Passage(kind="screen-transfer", source=LGWAN, target=MYNUMBER)
_TO_INTERNET = Passage(kind="screen-transfer", source=LGWAN, target=INTERNET)
_TO_LGWAN = Passage(kind="screen-transfer", source=INTERNET, target=LGWAN)
_INTO_LGWAN = Passage(kind="sanitised-transfer", source=INTERNET, target=LGWAN)

ROWS: tuple[Row, ...] = (
    # Far ends that are not on the internet: limited by address and port, two-way. That they stand in the LGWAN zone, the policy says.
    _plain(MYNUMBER, LGWAN, _SPECIFIED, "[S D1 slide 11]"),
    _plain(LGWAN, MYNUMBER, _SPECIFIED, "[S D1 slide 11]"),
    # Far ends that may talk to the internet: only the public systems that the guideline names, two-way.
    Row(source=MYNUMBER, target=INTERNET, way="public-system", words=_NAMED, basis="[S D1 slide 11]", outside=True),
    Row(source=INTERNET, target=MYNUMBER, way="public-system", words=_NAMED, basis="[S D1 slide 11]", outside=True),
    # Sourced: from a place that is trusted, at the body's own choice. That this place is the LGWAN zone alone is the strict reading.
    Row(source=LGWAN, target=MYNUMBER, way="screen-transfer", words=_SCREEN, basis="[S N1] [?]", since="2025-03", over=_TO_MYNUMBER),
    # Split from the internet, only what work needs. That this ends at the body's own machines: beyond them the cloud rule of α′ decides.
    _plain(
        LGWAN,
        INTERNET,
        Text(
            ja="自団体がインターネット接続系に置く機器への特定通信",
            en="a specified communication to the body's own machines in the internet zone",
        ),
        "[S D1 slides 12-13] [K]",
    ),
    # Taking in screens and data from the internet side. Who opens the connection is not said: the screen is fetched, data either way; what
    # stands beyond the body's own prefixes never opens a connection into the LGWAN zone.
    Row(source=LGWAN, target=INTERNET, way="screen-transfer", words=_SCREEN, basis="[S D1 slide 13] [K]", over=_TO_INTERNET, outside=True),
    Row(source=LGWAN, target=INTERNET, way="sanitised-transfer", words=_CLEAN, basis="[S D1 slide 13] [K]", over=_INTO_LGWAN, outside=True),
    Row(source=INTERNET, target=LGWAN, way="sanitised-transfer", words=_CLEAN, basis="[S D1 slide 13] [K]", over=_INTO_LGWAN),
    # Terminals stay in the LGWAN zone and reach listed services directly.
    Row(
        source=LGWAN,
        target=INTERNET,
        way="cloud-service",
        words=Text(
            ja="ISMAPに登録され、名前とアドレスを書いたクラウドサービスとの通信",
            en="a flow to a cloud service of the ISMAP list, with its name and addresses",
        ),
        basis="[S D1 slides 15-16]",
        models=frozenset({ALPHA_PRIME}),
        since="2024-10",
        outside=True,
    ),
    # Terminals sit on the internet side and reach the systems of the LGWAN zone by screen. That the terminal opens it is our reading.
    Row(
        source=INTERNET,
        target=LGWAN,
        way="screen-transfer",
        words=_SCREEN,
        basis="[S D1 slides 15-16] [K]",
        models=frozenset({BETA, BETA_PRIME}),
        since="2020-12",
        over=_TO_LGWAN,
    ),
)


def rows(model: str, edition: str) -> tuple[Row, ...]:
    """Return what a model allows in an edition of the guideline."""
    return tuple(row for row in ROWS if model in row.models and row.since <= edition)
