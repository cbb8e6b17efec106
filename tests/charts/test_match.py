"""Charts of who does what."""

from __future__ import annotations

from throughline.charts.match import Load, loads


def colours(*pieces: tuple[str, str, float]) -> dict[str, str]:
    chart = loads(
        [Load(person="Mia", capacity=13, pieces=pieces)], title="Weeks", every=["Repair", "Stay out"]
    )
    scale = chart.spec["layer"][0]["encoding"]["color"]["scale"]
    return dict(zip(scale["domain"], scale["range"], strict=True))


def test_what_work_is_for_keeps_its_colour_from_one_plan_to_the_next():
    one = colours(("Rules", "Stay out", 4), ("A robot", "Repair", 4))
    other = colours(("A robot", "Repair", 4), ("A school", "something else", 2))
    assert list(one) == ["Repair", "Stay out"]
    assert one["Repair"] == other["Repair"]
    assert len({*one.values(), *other.values()}) == 3
