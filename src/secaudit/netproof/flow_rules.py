"""What is wrong with a declared flow (特定通信) or relay (画面転送, 無害化), and which flows count in the proof.

* One outcome per flow and relay; its reason tells every fault.
* Two weights of faults. *Barring*: the flow counts for nothing in the proof (not read, not yet or no longer approved, not allowed by the
  model, or a crossing of マイナンバー利用事務系 without protocol or ports). *Loose*: wider or longer than it may be; it fails and
  still counts.
* A relay permits nothing by itself and is never inferred: a flow names it, and it must be in force and join the two zones of the flow.
* A flow without a fault is in order only if the devices let something of it through; a flow that none lets through is not needed.
* Only the outcome of a relay depends on the flows: on whether one in force names it.

Never here: reading addresses (`flows`), what a model allows (`models`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from secaudit.model.outcome import Outcome
from secaudit.model.policy import Flow as Declared
from secaudit.model.policy import Policy, Relay
from secaudit.model.separation import Crossing
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.netproof.flows import EVERY_PROTOCOL, End, Flow, Reading, read
from secaudit.netproof.models import INTERNET, MYNUMBER, RELAYS, SYSTEMS, Claim, Passage, Row, known, model_words, rows, zone_words
from secaudit.netproof.network import paths
from secaudit.netproof.packets import WITH_PORTS, Family
from secaudit.netproof.prove import Question, permits
from secaudit.netproof.ranges import intersect, normal

WIDE_PORTS = 16
"""Ports in one flow from which it is over-broad whatever its reason."""

WIDE_HOSTS: Mapping[Family, int] = {Family.V4: 256, Family.V6: 1 << 64}
"""Most addresses at one end of a flow that a reason can explain; those of a cloud service are its provider's choice."""

LONGEST_YEARS = 5
"""Most years from approval to end. Our own limit, no clause's: by then the equipment that was approved is usually replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowJudgement:
    """`flows`: the directions that count in the proof. `outcomes`: one per declared flow, then one per relay. `crossings`: to be drawn."""

    flows: tuple[Flow, ...]
    outcomes: tuple[Outcome, ...]
    crossings: tuple[Crossing, ...]


@dataclass(frozen=True, slots=True)
class _Faults:
    """What is wrong with one flow; `silent`: why nobody says whether it is allowed (then it does not count either)."""

    barring: tuple[Text, ...]
    loose: tuple[Text, ...]
    silent: tuple[Text, ...]

    @property
    def counts(self) -> bool:
        return not self.barring and not self.silent


def judge_flows(policy: Policy, question: Question, *, as_of: date) -> FlowJudgement:
    """Return what the declared flows and relays of a policy are worth on a day; `question` is asked without flows."""
    judge = _Judge(policy, as_of)
    judged = [(flow, reading, judge.faults(flow, reading)) for flow in policy.flows for reading in (read(flow, policy.zones),)]
    counting = tuple(one for _, reading, faults in judged if faults.counts for one in reading.flows)
    devices = _Devices(question, counting)
    in_force = [flow for flow in policy.flows if not _not_in_force(*_days(flow), as_of)]
    used = {flow.fields.get("relay") for flow in in_force}
    crossings = [one for flow, reading, faults in judged for one in _flow_crossings(flow, reading, live=faults.counts)]
    crossings += [_relay_crossing(relay, live=not judge.barred[relay.id]) for relay in policy.relays]
    return FlowJudgement(
        flows=counting,
        outcomes=(
            *(_flow_outcome(flow, reading, faults, devices) for flow, reading, faults in judged),
            *(_relay_outcome(relay, judge.barred[relay.id], used=relay.id in used) for relay in policy.relays),
        ),
        crossings=tuple(crossings),
    )


class _Judge:
    """Finds the faults that need no device, for one policy on one day."""

    def __init__(self, policy: Policy, as_of: date) -> None:
        self.policy, self.as_of = policy, as_of
        self.model = model_words(policy.network_model)
        self.allowed: Sequence[Row] = rows(policy.network_model, policy.catalogue)
        self.relays = {relay.id: relay for relay in policy.relays}
        self.barred = {relay.id: self._relay(relay) for relay in policy.relays}

    def _relay(self, relay: Relay) -> tuple[Text, ...]:
        """Return why a relay counts for nothing."""
        found = _not_in_force(relay.approved_on, relay.expires, self.as_of)
        for zone in dict.fromkeys((relay.source, relay.target)):
            if zone not in self.policy.zones:
                found.append(Text(ja=f"領域 `{zone}` がポリシーの `zones` にありません", en=f"the policy has no zone `{zone}`"))
        if _passage(relay) not in [row.over for row in self.allowed]:
            kind, source, target = RELAYS[relay.kind], zone_words(relay.source), zone_words(relay.target)
            found.append(
                Text(
                    ja=f"{self.model.ja}は{source.ja}から{target.ja}への{kind.ja}を認めません",
                    en=f"{self.model.en} allows no {kind.en} from {source.en} to {target.en}",
                )
            )
        return tuple(found)

    def faults(self, flow: Declared, reading: Reading) -> _Faults:
        """Return everything that is wrong with a declared flow."""
        approved_on, expires = _days(flow)
        barring = [*_not_in_force(approved_on, expires, self.as_of), *reading.faults, *self._names(flow)]
        silent: list[Text] = []
        for one in reading.flows:
            if known(one.source, one.target) or MYNUMBER in (one.source, one.target):
                barring += self._crossing(flow, reading, one)
            else:
                silent.append(_silent(one))
        loose = [*_too_long(approved_on, expires), *_breadth(flow, reading)]
        # A crossing of マイナンバー利用事務系 is a 特定通信 only if address and port are both limited: otherwise it is none.
        (barring if any(MYNUMBER in (one.source, one.target) for one in reading.flows) else loose).extend(_unlimited(flow, reading))
        return _Faults(_once(barring), tuple(loose), _once(silent))

    def _names(self, flow: Declared) -> Iterator[Text]:
        """Say which relay or system, named by a flow, does not exist or counts for nothing."""
        relay, system = flow.fields.get("relay"), flow.fields.get("public_system")
        if relay is not None and relay not in self.relays:
            yield Text(ja=f"中継 `{relay}` が `relays` にありません", en=f"`relays` holds no relay `{relay}`")
        for fault in self.barred.get(relay or "", ()):
            yield Text(ja=f"中継 `{relay}` が使えません: {fault.ja}", en=f"the relay `{relay}` does not count: {fault.en}")
        if system is not None and system not in SYSTEMS:
            listed = ", ".join(f"`{name}`" for name in SYSTEMS)
            yield Text(
                ja=f"公的システム `{system}` は指針が挙げるものにありません（使える名前: {listed}）",
                en=f"the guideline names no public system `{system}` (known names: {listed})",
            )

    def _crossing(self, flow: Declared, reading: Reading, one: Flow) -> Iterator[Text]:
        """Say why the model does not allow one direction of a flow."""
        relay = self.relays.get(flow.fields.get("relay", ""))
        claim = Claim(
            source=one.source,
            target=one.target,
            relay=None if relay is None else _passage(relay),
            system=SYSTEMS.get(flow.fields.get("public_system", "")),
            cloud=flow.fields["ismap"] == "true" if "cloud_service" in flow.fields else None,
            outside=any(end.outside for end in reading.ends.values()),
        )
        row = next((row for row in self.allowed if row.fits(claim)), None)
        if row is not None:
            yield from _fixed(row, reading.ends)
            return
        source, target = zone_words(one.source), zone_words(one.target)
        instead = dict.fromkeys(row.words for row in self.allowed if (row.source, row.target) == (one.source, one.target))
        ja, en = "、".join(words.ja for words in instead) or "なし", "; ".join(words.en for words in instead) or "nothing"
        yield Text(
            ja=f"{self.model.ja}が認めない通信です（{source.ja}から{target.ja}へ開いてよいもの: {ja}）",
            en=f"{self.model.en} does not allow this flow (what may be opened from {source.en} to {target.en}: {en})",
        )


def _passage(relay: Relay) -> Passage:
    return Passage(kind=relay.kind, source=relay.source, target=relay.target)


def _days(flow: Declared) -> tuple[date, date]:
    return date.fromisoformat(flow.fields["approved_on"]), date.fromisoformat(flow.fields["expires"])


def _once(texts: Iterable[Text]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(texts))


def _not_in_force(approved_on: date, expires: date, as_of: date) -> list[Text]:
    found = []
    if approved_on > as_of:
        found.append(Text(ja=f"許可の日 {approved_on} がまだ来ていません", en=f"it is approved from {approved_on} only"))
    if expires < as_of:
        found.append(Text(ja=f"許可の期限 {expires} が過ぎています", en=f"its approval ended on {expires}"))
    return found


def _too_long(approved_on: date, expires: date) -> Iterator[Text]:
    if (expires.year - LONGEST_YEARS, expires.month, expires.day) > (approved_on.year, approved_on.month, approved_on.day):
        yield Text(
            ja=f"期限 {expires} が許可の日 {approved_on} から{LONGEST_YEARS}年を超えています",
            en=f"its end {expires} lies more than {LONGEST_YEARS} years after the approval on {approved_on}",
        )


def _silent(one: Flow) -> Text:
    source, target = zone_words(one.source), zone_words(one.target)
    return Text(
        ja=f"{source.ja}から{target.ja}への通信について、ネットワークの型は何も定めていません",
        en=f"the network models say nothing about flows from {source.en} to {target.en}",
    )


def _fixed(row: Row, ends: Mapping[str, End]) -> Iterator[Text]:
    """Say where a crossing that is allowed asks for addresses that are not written."""
    cloud = row.way == "cloud-service"
    for key, end in ends.items():
        far = end.outside or (end.zone == INTERNET and row.way == "public-system")
        if far and cloud and not end.listed:
            yield Text(
                ja=f"クラウドサービスのアドレスが `{key}` に書かれていません",
                en=f"`{key}` does not list the addresses of the cloud service",
            )
        elif far and not cloud and not end.hosts:
            yield Text(
                ja=f"インターネット側の端 `{key}` がアドレス一つずつで書かれていません",
                en=f"`{key}`, the end on the internet side, is not written as single addresses",
            )
    if row.over is not None and not any(end.hosts for end in ends.values()):
        yield Text(
            ja="中継を使うのに、どちらの端も中継のアドレス一つずつで書かれていません",
            en="it uses a relay, and neither end is written as its single addresses",
        )


def _unlimited(flow: Declared, reading: Reading) -> Iterator[Text]:
    """Say that a flow is not limited to a protocol, or to ports of it."""
    if reading.proto == EVERY_PROTOCOL:
        yield Text(ja="通信プロトコルが一つに絞られていません", en="it is not limited to one protocol")
    elif intersect(reading.proto, WITH_PORTS) and not flow.fields.get("ports"):
        yield Text(ja="ポートが書かれていません", en="it names no port")


def _breadth(flow: Declared, reading: Reading) -> Iterator[Text]:
    """Say what of a flow is broader than one service on one host."""
    reasoned = "reason" in flow.fields
    if sum(high - low + 1 for low, high in normal(reading.ports)) >= WIDE_PORTS:
        yield Text(ja=f"ポートが {WIDE_PORTS} 個以上あります", en=f"it has {WIDE_PORTS} ports or more")
    elif any(low < high for low, high in reading.ports) and not reasoned:
        yield Text(ja="ポートが範囲で書かれ、`reason` に理由がありません", en="it names a range of ports and gives no `reason`")
    for key, end in reading.ends.items():
        providers = "cloud_service" in flow.fields and end.zone == INTERNET and end.listed
        if not reasoned and any(end.size(family) > 1 for family in Family):
            yield Text(
                ja=f"`{key}` が一つの機器に絞られておらず、`reason` に理由がありません",
                en=f"`{key}` is more than one host and there is no `reason`",
            )
        if not providers and any(end.size(family) > WIDE_HOSTS[family] for family in Family):
            yield Text(
                ja=f"`{key}` が広すぎます（理由があっても IPv4 は {WIDE_HOSTS[Family.V4]} 個、IPv6 は /64 一つ分まで）",
                en=f"`{key}` is too wide (at most {WIDE_HOSTS[Family.V4]} addresses of IPv4 or one /64 of IPv6, with a reason)",
            )


class _Devices:
    """What the devices say of flows; all questions together stay within the budget of one pair."""

    def __init__(self, question: Question, flows: Sequence[Flow]) -> None:
        self.zones = frozenset(question.network.zones())
        self.answers: dict[tuple[int, Family], bool | None] = {}
        shared = replace(question, budget=max(1, question.budget // max(1, len(flows) * len(Family))))
        pairs: dict[tuple[str, str], list[Flow]] = {}
        for one in flows:
            if {one.source, one.target} <= self.zones:
                pairs.setdefault((one.source, one.target), []).append(one)
        for pair, members in pairs.items():
            for family in Family:
                uncertain = _translates(question, pair, family)
                for one, found in zip(members, permits(shared, members, family), strict=True):
                    # A flow counts by its destination as delivered too, and that is not searched for.
                    if one.fields(family) is not None:
                        self.answers[id(one), family] = None if uncertain and found is False else found

    def let_through(self, flows: Sequence[Flow]) -> bool | Text:
        """Return whether anything of a declared flow passes, or why that is not known."""
        missing = [zone for one in flows for zone in (one.source, one.target) if zone not in self.zones]
        if missing:
            words = zone_words(missing[0])
            return Text(
                ja=f"構成の書き出しに{words.ja}につながる機器がなく、通るかどうか分かりません",
                en=f"no device of the topology leads to {words.en}: whether it passes is not known",
            )
        answers = {self.answers.get((id(one), family), False) for one in flows for family in Family}
        if True in answers:
            return True
        if None in answers:
            return Text(
                ja="通るかどうか、機器の構成から決まりません（分からない行、アドレス変換、探索の上限のどれかのため）",
                en="the configurations do not tell whether it passes (lines not understood, address translation, or the budget)",
            )
        return False


def _translates(question: Question, pair: tuple[str, str], family: Family) -> bool:
    """Whether a device between two zones may change a destination."""
    return any(hop.node.translates() for path in paths(question.network, *pair, family).paths for hop in path.hops)


def _flow_outcome(flow: Declared, reading: Reading, faults: _Faults, devices: _Devices) -> Outcome:
    wrong = [*faults.barring, *faults.loose]
    passes = devices.let_through(reading.flows) if faults.counts else True
    if passes is False:
        wrong.append(
            Text(
                ja="機器はこの通信を何も通しません（使われていないか、機器が止めています）",
                en="the devices let nothing of it through (it is not used, or they stop it)",
            )
        )
    if wrong:
        return _outcome(flow.id, Status.FAIL, wrong, flow)
    unknown = [*faults.silent, *([passes] if isinstance(passes, Text) else [])]
    if unknown:
        return _outcome(flow.id, Status.UNKNOWN, unknown, flow)
    fine = Text(
        ja="許可の期限内で、ネットワークの型が認め、機器も通しています",
        en="its approval is in force, the network model allows it, and the devices let it through",
    )
    return _outcome(flow.id, Status.PASS, [fine], flow)


def _relay_outcome(relay: Relay, barred: Sequence[Text], *, used: bool) -> Outcome:
    wrong = [*barred, *_too_long(relay.approved_on, relay.expires)]
    if not used:
        wrong.append(
            Text(ja="期限内の特定通信がどれもこの中継を名指ししていません", en="no specified communication in force names this relay")
        )
    if wrong:
        return _outcome(relay.id, Status.FAIL, wrong, relay)
    fine = Text(
        ja="許可の期限内で、ネットワークの型が認め、特定通信が名指ししています（中継の機器の中は見ていません）",
        en="its approval is in force, the network model allows it, and a flow names it (the inside of the relay was not looked at)",
    )
    return _outcome(relay.id, Status.PASS, [fine], relay)


def _outcome(subject: str, status: Status, reasons: Sequence[Text], place: Declared | Relay) -> Outcome:
    reason = Text(ja="。".join(one.ja for one in reasons), en="; ".join(one.en for one in reasons))
    return Outcome(subject=subject, status=status, reason=reason, location=place.at)


def _flow_crossings(flow: Declared, reading: Reading, *, live: bool) -> Iterator[Crossing]:
    what = " ".join([flow.fields["protocol"], flow.fields.get("ports", "")]).strip()
    system = SYSTEMS.get(flow.fields.get("public_system", ""))
    label = Text(ja=what, en=what) if system is None else Text(ja=f"{what} {system.name.ja}", en=f"{what} {system.name.en}")
    for one in reading.flows:
        yield Crossing(id=flow.id, source=one.source, target=one.target, kind="flow", label=label, live=live)


def _relay_crossing(relay: Relay, *, live: bool) -> Crossing:
    return Crossing(id=relay.id, source=relay.source, target=relay.target, kind=relay.kind, label=RELAYS[relay.kind], live=live)
