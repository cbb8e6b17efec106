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


def word_set(words: str) -> frozenset[str]:
    """The words of a text, as a class."""
    return frozenset(words.split())


# Verbs of which no one can say that they are done; they are verbs wherever they stand …
VAGUE = _verbs(
    """improve enhance optimise optimize streamline strengthen foster empower elevate revamp uplevel
    modernise modernize maximise maximize facilitate encourage cultivate nurture simplify bolster
    solidify harden stabilise stabilize professionalise leverage evolve refine rethink energise unify
    embrace revitalise enrich accelerate rationalise rationalize polish"""
)
# … and these may be nouns or adjectives elsewhere, so only the head of a clause makes them verbs.
VAGUE_AT_HEAD = _verbs(
    """support help drive mature scale boost focus lead assist address aid work strive manage own maintain
    tackle push protect secure advance champion promote continue deepen collaborate partner engage
    contribute guide inspire advocate influence understand learn care handle double prevent avoid deter
    refactor ensure align raise"""
)
# These only introduce what is to be true: "ensure that all …".
TRANSPARENT = _verbs("ensure assure")
VAGUE_NOUNS = word_set(
    """improvement improvements enhancement enhancements optimisation optimization progress upgrades"""
)
# Which way a quantity goes. Without a figure they leave open how far.
UP = _verbs("increase grow raise lift expand gain boost extend rise double triple improve")
DOWN = _verbs(
    """reduce decrease lower cut shrink drop shorten halve minimise minimize limit curb slash fall lessen
    decline"""
)
DIRECTIONS = frozenset({*UP, *DOWN})
# Work that never ends, or ends without a result.
PONDERING = _verbs(
    """begin start consult analyse analyze participate evaluate research monitor investigate explore study
    assess discuss support coordinate collaborate plan prepare observe track advise discover help
    continue experiment brainstorm look consider examine"""
)
COUNTABLE = _verbs(
    """conduct hold document train review attend meet interview educate teach mentor coach survey identify
    audit test"""
)
ACTIVITY = MappingProxyType({**PONDERING, **COUNTABLE})
# An event that everyone sees: it happened or it did not …
EVENT = _verbs(
    """launch ship release publish deploy finish complete land merge port migrate move retire decommission
    remove delete shut switch turn sunset deprecate disable enable enforce roll hire appoint sign file
    submit present obtain get pass earn receive win renew close approve ratify announce open deliver
    achieve certify finalise finalize replace upgrade adopt sell rotate hand host hold conduct run reach
    activate revoke acquire attain secure pay introduce move cut-over graduate eliminate answer fix
    resolve patch staff train exercise cancel stop convert consolidate transfer relocate issue post send
    buy purchase procure order book confirm nominate elect relaunch rename restore split spin terminate
    unveil withdraw wipe purge join settle demo demonstrate verify provision onboard offboard lock
    freeze issue complete translate upload tag vote reject award grant book place demolish dissolve
    outsource insource incorporate close reopen return notify"""
)
# … and work of which only what it leaves behind shows that it is done.
MAKING = _verbs(
    """implement integrate create write produce build develop design document automate update set establish
    provide define draft prepare record install configure add extend draw compile collect map find prove
    dogfood rewrite make"""
)
# A post is filled by one person.
FILLING = word_set("hire appoint recruit promote")
# What a thing is when somebody looks …
STATES = word_set(
    """enabled disabled available tracked deployed removed installed blocked encrypted logged recorded
    stored live published merged hosted indexed archived replaced migrated released signed rotated
    scanned required enforced onboarded switched running gone closed open-sourced reachable searchable
    visible"""
)
# … and what it does when somebody tries; some of it only with a name: "supports TLS 1.3".
FACTS = word_set(
    """accepts receives returns displays exposes exports compiles passes validates rejects emits encrypts
    logs blocks stores indicates enforces requires records publishes answers imports parses renders"""
)
NAMING = word_set("""supports uses runs works implements interoperates describes documents integrates""")
# Things that exist or do not: a document or a record with a name.
ARTEFACTS = word_set(
    """spec specification rfc report paper whitepaper post blog policy certificate certification sign-off
    signoff approval contract agreement patent licence license runbook playbook proposal deck article
    talk webinar newsletter changelog audit attestation post-mortem postmortem retrospective study
    charter memo page adr doc checklist survey suite exam inspection video advisory announcement
    accreditation request brief manual guide tutorial screencast curriculum course workshop letter
    invoice statement tender grant permit clearance waiver ticket questionnaire presentation demo
    keynote hackathon offsite glossary schema manifesto benchmark trademark prospectus filing ledger
    summary minutes mou nda"""
)
# Somebody, or some place, that sees it done.
WITNESSES = word_set("approved signed accepted ratified certified production ga")

# Words on which two people may differ …
VAGUE_WORDS = word_set(
    """robust successful successfully appropriate appropriately adequate adequately sufficient sufficiently
    performant satisfying satisfactory satisfied competitive world-class best-in-class first-class
    state-of-the-art top-notch seamless seamlessly scalable reliable reliably efficient efficiently
    effective effectively comprehensive comprehensively significant significantly substantial
    substantially meaningful meaningfully material materially high-quality strong strongly healthy happy
    delighted delightful up-to-date well-documented well-defined well-tested good great excellent
    optimal optimally ideal minimal user-friendly intuitive easy easily simple fast quickly rapid
    rapidly timely agile innovative leading important relevant proper properly thorough thoroughly fully
    completely solid stable mature modern smooth smoothly consistent consistently deep deeply clear
    clearly compelling exceptional amazing impactful sustainable proactive proactively aware usable
    ready secure securely safe safely visible visibly actionable deemed regarded considered perceived
    measurable noticeable knows trusts believes understands feels thinks tangible demonstrable quality
    love loves engaged engaging better-known resilient flexible maintainable clean sensible decent
    acceptable reasonable reasonably suitable viable world-leading cutting-edge best-practice rock-solid
    well reputable outstanding outstandingly positive positively key"""
)
# … unless they are part of a name.
NAMED_PAIRS = frozenset(
    (first, second)
    for first, seconds in {
        "key": "rotation management exchange vault ring pair result results holder ceremony store",
        "deep": "dive dives link",
        "strong": "authentication",
        "safe": "browsing",
        "secure": "boot cookie",
        "clean": "room",
        "fast": "lane track",
        "stable": "release branch channel",
        "leading": "indicator indicators",
        "material": "weakness",
        "clear": "text",
        "happy": "path",
        "simple": "mail",
        "ready": "state",
    }.items()
    for second in seconds.split()
)
# At the head of a clause these are verbs, and with a capital they may be names.
ALSO_VERBS = word_set("secure clear clean love mature")
ALSO_NAMES = word_set("secure fast simple clear")
# "Critical" is a severity in front of these, and a matter of opinion elsewhere.
SEVERITY_NOUNS = word_set(
    """vulnerability vulnerabilities finding findings bug bugs issue issues alert alerts severity flaw
    flaws cve cves incident incidents or and defect defects risk risks patch patches outage outages
    ticket tickets path"""
)
# States that need a subject and a test: "is documented", "is complete".
VAGUE_STATES = word_set(
    """documented complete done improved covered handled addressed understood defined known clear ready"""
)
BEING = word_set("is are be been being gets get becomes become was were")
# How many is left open.
VAGUE_AMOUNTS = word_set(
    """several various many numerous multiple some most majority handful plenty lots few series"""
)
# Things that one person sees and the other does not.
VAGUE_THINGS = word_set(
    """blockers blocker problems friction surprises pain gaps needs concerns hurdles obstacles"""
)
# A comparison; "more" and "less" too, unless "than" and a figure follow.
COMPARATIVES = word_set(
    """better faster easier higher lower stronger closer quicker smoother safer cheaper happier greater
    larger bigger smaller simpler cleaner clearer shorter longer slower richer deeper wider broader
    tighter healthier friendlier smarter worse earlier sooner fewer more less"""
)
HEDGES = re.compile(
    r"\b(?:ideally|hopefully|(?:where|wherever|when|whenever|if|as(?: \w{1,20}){0,2} as|as) "
    r"(?:possible|feasible|necessary|needed|appropriate|applicable|practical|practicable|required|relevant|"
    r"reasonable)|"
    r"(?:if|when|where|as(?: far as)?) (?:\w{1,20} ){1,3}(?:allows?|permits?)|"
    r"\w{1,20} permitting|try(?:ing)? to|attempt(?:ing)? to|strive to|"
    r"aim(?:ing)? to|best[- ]effort|(?:at|in) (?:our|its|their) discretion|to the extent(?: possible)?|"
    r"at least partially|more or less|or so|should the need arise)\b"
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
REFERENCES = word_set(
    """target targets goal goals quota quotas plan plans sla slas slo slos kpi kpis okr okrs objective
    objectives metric metrics metric(s) target(s) benchmark benchmarks commitments forecast forecasts
    expectation expectations budget budgets threshold thresholds indicator indicators numbers
    requirement requirements milestone milestones"""
)
# … that one of these asks for.
ATTAINING = _verbs(
    """meet comply conform adhere hit achieve reach exceed attain beat fulfil fulfill satisfy deliver miss
    make surpass"""
)
OF_A_REFERENCE = word_set("metric metrics metric(s) kpi kpis indicator indicators target targets numbers")
# Adjectives of what nobody can count.
UNSEEN = word_set(
    """undetected undiscovered unreported unseen hidden hypothetical averted prevented avoided deterred
    thwarted"""
)
POSSIBLE = word_set("potential possible future would-be theoretical")
HARM = word_set(
    """risk risks threat threats attack attacks attackers loss losses breach breaches vulnerability
    vulnerabilities flaw flaws incident incidents issue issues damage exploit exploits bug bugs
    intrusion intrusions path paths compromise compromises outage outages hack hacks leak leaks abuse
    fraud harm"""
)
PREVENTING = _verbs("prevent avoid deter avert thwart preempt forestall")
# A change against what would have been: it needs a baseline that no clock gives.
COUNTERFACTUAL = word_set("incremental uplift attributable")
# What so many happen in. A relative change counts from the last one where it is named so.
PERIODS = word_set(
    """day week month quarter year sprint release daily weekly monthly quarterly yearly annual annually
    hourly half mom yoy qoq wow"""
)
COMPARED = word_set("this next last previous prior over within current coming following on")
OVER_PERIODS = word_set("mom yoy qoq wow")
# "About 50": is 48 enough?
APPROXIMATE = word_set("about around nearly almost roughly approximately circa ca ~ ≈")
TIMES = word_set(
    """time times take takes last lasts latency mttr mttd mttp mttc duration age uptime lifetime delay lag
    lead-time response durations"""
)
AGGREGATIONS = word_set(
    """mean median average avg p50 p75 p90 p95 p99 p99.9 percentile max maximum min minimum total sum every
    each all tail mttr mttd mttp mttc rmst within worst longest 95th 90th 99th 50th 75th"""
)
RATES = word_set(
    """rate rates coverage adoption share ratio conversion percentage availability retention utilisation
    utilization proportion churn occupancy"""
)
UNIVERSAL = word_set("all every each everyone everybody")
# In front of "improvements" they make a promise of it.
MAKING_SOME = word_set("an material significant make making target drive")
# "Some number of", "a certain percentage".
UNSAID = word_set("certain given specified agreed some defined")
FIGURES_UNSAID = word_set("percentage percent % number amount level value figure degree threshold")
BEFORE_LETTERS = word_set("by from to than least most of over under < > = <= >= in")
JUDGING = word_set(
    """satisfied approved accepted agree agrees agreed recognised recognized happy sign-off signoff
    approval feel feels perceived considered self-assessment"""
)
_TABLES = (VAGUE, VAGUE_AT_HEAD, UP, DOWN, PONDERING, COUNTABLE, EVENT, MAKING)
# The plain forms, as a promise commands them.
COMMANDS = frozenset(verb for table in _TABLES for verb in table.values())
# What may stand between the start of a clause and its verb.
BEFORE_VERBS = word_set(
    """to and or we will shall must should have team teams then also us let would be by"""
)


def any_of(words: Iterable[str]) -> str:
    """A pattern of alternatives."""
    return "|".join(re.escape(word) for word in words)
