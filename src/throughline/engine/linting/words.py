"""The words that rules look for, by what they do in a promise. A word stands here as a member of a class.

No list holds a sentence: what decides is the grammar around the words (`reading.py`, `targets.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

# Forms that the rules of spelling do not give.
IRREGULAR: Mapping[str, str] = MappingProxyType(
    {
        "get": "got getting gotten",
        "run": "ran running",
        "cut": "cut cutting",
        "hit": "hit hitting",
        "ship": "shipped shipping",
        "drop": "dropped dropping",
        "win": "won winning",
        "hold": "held",
        "build": "built",
        "write": "wrote written",
        "drive": "drove driven",
        "lead": "led",
        "meet": "met",
        "give": "gave given",
        "make": "made",
        "grow": "grew grown",
        "rise": "rose risen",
        "keep": "kept",
        "find": "found",
        "send": "sent",
        "teach": "taught",
        "pay": "paid",
        "shut": "shut shutting",
        "set": "set setting",
        "begin": "began begun beginning",
        "plan": "planned planning",
        "submit": "submitted submitting",
        "strip": "stripped stripping",
        "swap": "swapped swapping",
        "fall": "fell fallen",
        "deepen": "deepened deepening",
    }
)


def forms(verb: str) -> Iterator[str]:
    """All forms of a verb.

    >>> sorted(forms("publish"))
    ['publish', 'published', 'publishes', 'publishing']
    """
    yield verb
    stem = verb[:-1] if verb.endswith("e") else verb
    if verb.endswith(("s", "sh", "ch", "x", "z")):
        yield f"{verb}es"
    elif re.search(r"[^aeiou]y$", verb):
        yield from (f"{verb[:-1]}ies", f"{verb[:-1]}ied")
    else:
        yield f"{verb}s"
    if verb in IRREGULAR:
        yield from IRREGULAR[verb].split()
    elif not verb.endswith("y") or re.search(r"[aeiou]y$", verb):
        yield f"{stem}ed"
    yield f"{stem}ing"


def _verbs(words: str) -> Mapping[str, str]:
    return MappingProxyType({form: verb for verb in words.split() for form in forms(verb)})


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Verbs of which no one can say that they are done; they are verbs wherever they stand …
VAGUE = _verbs(
    """improve enhance optimise optimize streamline strengthen foster empower elevate revamp uplevel modernise
    modernize maximise maximize facilitate encourage cultivate nurture simplify bolster solidify harden
    stabilise stabilize professionalise leverage evolve refine rethink energise unify embrace revitalise
    enrich accelerate rationalise rationalize polish"""
)
# … and these may be nouns or adjectives elsewhere, so only the head of a clause makes them verbs.
VAGUE_AT_HEAD = _verbs(
    """support help drive mature scale boost focus lead assist address aid work strive manage own maintain tackle
    push protect secure advance champion promote continue deepen collaborate partner engage contribute guide
    inspire advocate influence understand learn care handle double prevent avoid deter refactor ensure align
    raise"""
)
# These only introduce what is to be true: "ensure that all …".
TRANSPARENT = _verbs("ensure own maintain protect secure continue learn")
VAGUE_NOUNS = _set("improvement improvements enhancement enhancements optimisation optimization progress upgrades")
# Which way a quantity goes. Without a figure they leave open how far.
UP = _verbs("increase grow raise lift expand gain boost extend rise double triple improve")
DOWN = _verbs(
    "reduce decrease lower cut shrink drop shorten halve minimise minimize limit curb slash fall lessen decline"
)
# Work that never ends, or ends without a result.
ACTIVITY = _verbs(
    """consult analyse analyze participate evaluate research monitor document train investigate explore study
    assess review discuss attend conduct hold support coordinate collaborate meet plan prepare observe track
    interview educate teach mentor coach advise survey identify discover help continue experiment brainstorm
    audit test look"""
)
# An event that everyone sees: it happened or it did not …
EVENT = _verbs(
    """launch ship release publish deploy finish complete land merge port migrate move retire decommission remove
    delete shut switch turn sunset deprecate disable enable enforce roll hire appoint sign file submit present
    obtain get pass earn receive win renew close approve ratify announce open deliver achieve certify finalise
    finalize replace upgrade adopt sell rotate hand host hold conduct run reach activate revoke
    acquire attain secure pay introduce move cut-over graduate eliminate"""
)
# … and work of which only what it leaves behind shows that it is done.
MAKING = _verbs(
    """implement integrate create write produce build develop design document automate update set establish provide
    define draft prepare record install configure add extend draw compile collect map
    find prove dogfood rewrite make"""
)
# Things that exist or do not: a document or a record with a name.
ARTEFACTS = _set(
    """spec specification rfc report paper whitepaper post blog policy certificate certification sign-off signoff
    approval contract agreement patent licence license runbook playbook proposal deck article talk webinar
    newsletter changelog release audit attestation post-mortem postmortem retrospective study charter memo page
    design-doc adr doc checklist survey inventory register dashboard template video podcast advisory
    announcement accreditation"""
)
# Somebody, or some place, that sees it done.
WITNESSES = _set(
    "approved signed accepted ratified certified sign-off signoff approval certificate production ga live master main"
)

# Words on which two people may differ …
VAGUE_WORDS = _set(
    """robust successful successfully appropriate appropriately adequate adequately sufficient sufficiently
    performant satisfying satisfactory satisfied competitive world-class best-in-class first-class
    state-of-the-art top-notch seamless seamlessly scalable reliable reliably efficient efficiently effective
    effectively comprehensive comprehensively significant significantly substantial substantially meaningful
    meaningfully material materially high-quality strong strongly healthy happy delighted delightful
    up-to-date well-documented well-defined well-tested good great excellent optimal optimally ideal minimal
    user-friendly intuitive easy easily simple fast quickly rapid rapidly timely agile innovative leading
    important relevant proper properly thorough thoroughly fully completely solid stable mature modern smooth
    smoothly consistent consistently deep deeply clear clearly compelling exceptional amazing impactful
    sustainable proactive proactively aware usable ready secure securely safe safely visible visibly
    actionable love loves engaged engaging better-known resilient flexible maintainable clean sensible decent
    acceptable reasonable reasonably suitable viable world-leading cutting-edge best-practice rock-solid
    reputable outstanding outstandingly positive positively key"""
)
# … unless they are part of a name.
NAMED_PAIRS = frozenset(
    tuple(pair.split())
    for pair in (
        "key rotation,key management,key exchange,key vault,key ring,key pair,key result,key results,key holder,"
        "key ceremony,key store,strong authentication,safe browsing,secure boot,secure cookie,clean room,fast lane,"
        "stable release,stable branch,leading indicator,material weakness,clear text,happy path,critical path,"
        "simple mail,mature products,deep dive,deep dives,deep link,ready state,stable channel,fast track"
    ).split(",")
)
# "Critical" is a severity in front of these, and a matter of opinion elsewhere.
SEVERITY_NOUNS = _set(
    """vulnerability vulnerabilities finding findings bug bugs issue issues alert alerts severity flaw flaws cve cves
    incident incidents or and defect defects risk risks patch patches outage outages ticket tickets path"""
)
# States that need a subject and a test: "is documented", "is complete".
VAGUE_STATES = _set("documented complete done improved covered handled addressed understood defined known clear ready")
BEING = _set("is are be been being gets get becomes become was were")
# How many is left open.
VAGUE_AMOUNTS = _set("several various many numerous multiple some most majority handful plenty lots few series")
# Things that one person sees and the other does not.
VAGUE_THINGS = _set("blockers blocker problems friction surprises pain gaps needs concerns hurdles obstacles")
# A comparison; "more" and "less" too, unless "than" and a figure follow.
COMPARATIVES = _set(
    """better faster easier higher lower stronger closer quicker smoother safer cheaper happier greater larger bigger
    smaller simpler cleaner clearer shorter longer slower richer deeper wider broader tighter healthier
    friendlier smarter worse earlier sooner fewer more less"""
)
HEDGES = re.compile(
    r"\b(?:ideally|hopefully|(?:where|wherever|when|whenever|if|as(?: \w{1,20}){0,2} as|as) "
    r"(?:possible|feasible|necessary|needed|appropriate|applicable|practical|practicable|required|relevant|"
    r"reasonable|time (?:allows|permits)|resources (?:allow|permit)|capacity (?:allows|permits))|"
    r"(?:time|capacity|resources|budget) permitting|try(?:ing)? to|attempt(?:ing)? to|strive to|aim(?:ing)? to|"
    r"best[- ]effort|(?:at|in) (?:our|its|their) discretion|to the extent(?: possible)?|at least partially|"
    r"more or less|or so|approximately|roughly|circa|should the need arise)\b"
)
# The way out of a promise: ", or have candidates in review, …", "or a plan to".
ESCAPES = re.compile(
    r"\bor (?:at least )?(?:(?:have|having|be|start|begin|show|making?|get|establish|identify|propose) "
    r"|an? (?:\w{1,20} )?(?:plan|path|proposal|roadmap|reason|justification|explanation) )"
)
OPEN_LISTS = re.compile(
    r"\b(?:etc\b\.?|e\.g\.?|for example|for instance|such as|and so on|and so forth|and more\b|among others|"
    r"including but not limited to|and/or)|\.\.\.|…"
)
# A target that stands somewhere else …
REFERENCES = _set(
    """target targets goal goals quota quotas plan plans sla slas slo slos kpi kpis okr okrs objective objectives
    metric metrics benchmark benchmarks commitments forecast forecasts expectation expectations budget budgets
    threshold thresholds indicator indicators numbers requirement requirements milestone milestones"""
)
# … that one of these asks for.
ATTAINING = _verbs("meet hit achieve reach exceed attain beat fulfil fulfill satisfy deliver miss make surpass")
OF_A_REFERENCE = _set("metric metrics metric(s) kpi kpis indicator indicators target targets numbers")
# Adjectives of what nobody can count.
UNSEEN = _set("undetected undiscovered unreported unseen hidden hypothetical averted prevented avoided deterred thwarted")
POSSIBLE = _set("potential possible future would-be theoretical")
HARM = _set(
    """risk risks threat threats attack attacks attackers loss losses breach breaches vulnerability vulnerabilities flaw
    flaws incident incidents issue issues damage exploit exploits bug bugs intrusion intrusions path paths
    compromise compromises outage outages hack hacks leak leaks abuse fraud harm"""
)
PREVENTING = _verbs("prevent avoid deter avert thwart preempt forestall")
# A change against what would have been: it needs a baseline that no clock gives.
COUNTERFACTUAL = _set("incremental uplift attributable")
# A period says from what a relative change counts.
PERIODS = _set(
    """daily weekly monthly quarterly yearly annual annually hourly day week month quarter year sprint mom yoy qoq wow"""
)
TIMES = _set(
    """time times latency mttr mttd mttp mttc duration age uptime lifetime delay lag lead-time response durations"""
)
AGGREGATIONS = _set(
    """mean median average avg p50 p75 p90 p95 p99 p99.9 percentile max maximum min minimum total sum every each all tail
    mttr mttd mttp mttc rmst within worst longest 95th 90th 99th 50th 75th"""
)
RATES = _set(
    """rate rates coverage adoption share ratio conversion percentage availability retention utilisation utilization
    proportion churn occupancy"""
)
UNIVERSAL = _set("all every each everyone everybody everything none entire both")
# What may stand between the start of a clause and its verb.
BEFORE_VERBS = _set("to and or we will shall must should have team teams the our then also us let can would be by")


def any_of(words: Iterable[str]) -> str:
    """A pattern of alternatives."""
    return "|".join(re.escape(word) for word in words)
