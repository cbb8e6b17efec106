"""Profiles as JSON in, what pref_voting says of them as JSON out; runs in a process of its own.

It lies in a folder beside the other packages, since it would have an older compiler than our NumPy allows.
"""

from __future__ import annotations

import json
import sys

RANKED = 5


def answers(asked):
    """Of each profile: who wins, the order, the strength of the strongest paths and the points."""
    # Here, since whoever collects tests reads this file without pref_voting.
    import networkx
    from pref_voting.margin_based_methods import beat_path, beat_path_defeat, has_strong_path
    from pref_voting.profiles import Profile
    from pref_voting.profiles_with_ties import ProfileWithTies
    from pref_voting.scoring_methods import score_ranking

    def by_schulze(options, ballots):
        ranks = [{option: rank for rank, option in enumerate(order, 1)} for order in ballots]
        profile = ProfileWithTies(ranks, candidates=options)
        # What is not named stands below what is, and winning votes are the strength of a win.
        profile.use_extended_strict_preference()
        support = profile.support
        defeats = beat_path_defeat(profile, strength_function=support)
        votes, _ = profile.strength_matrix(strength_function=support)
        wins = sorted({votes[a][b] for a in options for b in options if votes[a][b] > votes[b][a]})

        def strongest(a, b):
            # The most votes that some path has in each of its wins.
            low, high = 0, len(wins)
            while low < high:
                middle = (low + high) // 2
                if has_strong_path(votes, a, b, wins[middle]):
                    low = middle + 1
                else:
                    high = middle
            return int(wins[low - 1]) if low else 0

        return {
            "winners": beat_path(profile, strength_function=support),
            "order": [sorted(group) for group in networkx.topological_generations(defeats)],
            "paths": [[0 if a == b else strongest(a, b) for b in options] for a in options],
        }

    def by_points(options, ballots):
        # It scores whole ballots: nobodies take the places between what is named and what is not.
        nobodies = [len(options) + place for place in range(RANKED)]
        whole = [[*order, *nobodies, *(each for each in options if each not in order)] for order in ballots]
        profile = Profile(whole)
        worth = [max(0, min(RANKED, len(options)) - place) for place in range(len(profile.candidates))]
        ranking = score_ranking(profile, score=lambda _, rank: worth[rank - 1])
        return {
            "points": [
                sum(int(profile.num_rank(option, place + 1)) * value for place, value in enumerate(worth))
                for option in options
            ],
            "ranks": [int(ranking.rmap[option]) for option in options],
        }

    for profile in asked:
        options = list(range(profile["options"]))
        yield {**by_schulze(options, profile["ballots"]), **by_points(options, profile["ballots"])}


if __name__ == "__main__":
    json.dump(list(answers(json.load(sys.stdin))), sys.stdout)
