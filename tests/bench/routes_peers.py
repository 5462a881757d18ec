"""The evenings of `cargo bench --bench routes -- random 1 DIR` planned by PyVRP, OR-Tools and VROOM, beside ours.

python3 -m venv V && V/bin/pip install pyvrp==0.14.1 ortools==9.15.6755 pyvroom==1.15.2
V/bin/python tests/bench/routes_peers.py DIR

Prints seconds of travel and CPU seconds used; a plan that visits all stops in time is walked here first, `none` where there is none.
PyVRP stops by CPU seconds; OR-Tools only knows the clock, and gets twice as much of it; VROOM runs its deepest level once.
"""

import json
import sys
import time


def walk(evening, rounds):
    """Seconds of travel of rounds that hold."""
    times, total, seen = evening["times_ms"], 0, []
    for stops in rounds:
        clock, at = 0, 0
        for stop in stops:
            opens, closes, service = evening["stops"][stop - 1]
            total += times[at][stop]
            clock = max(clock + times[at][stop], opens)
            assert clock <= closes, f"stop {stop} is late"
            clock += service
            at = stop
            seen.append(stop)
        total += times[at][0]
        assert clock + times[at][0] <= evening["shift_ms"], "back too late"
    assert sorted(seen) == list(range(1, len(times))), "not every stop once"
    return total / 1000


def pyvrp(evening, seconds):
    from pyvrp import Model

    class Cpu:
        def __init__(self):
            self.began = time.process_time()

        def __call__(self, *_):
            return time.process_time() - self.began >= seconds

        def fraction_remaining(self):
            return max(0.0, 1 - (time.process_time() - self.began) / seconds)

    model = Model()
    places = [model.add_location(int(x), int(y)) for x, y in evening["places"]]
    depot = model.add_depot(places[0])
    for place, (opens, closes, service) in zip(places[1:], evening["stops"]):
        model.add_client(place, service_duration=service, tw_early=opens, tw_late=closes)
    model.add_vehicle_type(evening["teams"], start_depot=depot, end_depot=depot, tw_early=0, tw_late=evening["shift_ms"])
    for i, a in enumerate(places):
        for j, b in enumerate(places):
            if i != j:
                way = int(evening["times_ms"][i][j])
                model.add_edge(a, b, distance=way, duration=way)
    result = model.solve(stop=Cpu(), seed=1, display=False)
    return result.cost() / 1000 if result.is_feasible() else None


def ortools(evening, seconds):
    from ortools.constraint_solver import pywrapcp
    from ortools.constraint_solver.routing_enums_pb2 import FirstSolutionStrategy, LocalSearchMetaheuristic

    times = [[int(way) for way in row] for row in evening["times_ms"]]
    count, shift = len(times), evening["shift_ms"]
    manager = pywrapcp.RoutingIndexManager(count, evening["teams"], 0)
    model = pywrapcp.RoutingModel(manager)
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(times))
    service = [0] + [stop[2] for stop in evening["stops"]]
    taken = [[times[i][j] + service[i] for j in range(count)] for i in range(count)]
    model.AddDimension(model.RegisterTransitMatrix(taken), shift, shift, False, "time")
    clock = model.GetDimensionOrDie("time")
    for stop, (opens, closes, _) in enumerate(evening["stops"], 1):
        clock.CumulVar(manager.NodeToIndex(stop)).SetRange(opens, closes)
    asked = pywrapcp.DefaultRoutingSearchParameters()
    asked.local_search_metaheuristic = LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    asked.time_limit.seconds = 2 * seconds
    ways = FirstSolutionStrategy
    for way in (ways.PARALLEL_CHEAPEST_INSERTION, ways.LOCAL_CHEAPEST_INSERTION, ways.PATH_CHEAPEST_ARC, ways.SAVINGS):
        asked.first_solution_strategy = way
        found = model.SolveWithParameters(asked)
        if found:
            break
    else:
        return None
    rounds = []
    for team in range(evening["teams"]):
        at, stops = model.Start(team), []
        while not model.IsEnd(at):
            stops.append(manager.IndexToNode(at))
            at = found.Value(model.NextVar(at))
        rounds.append(stops[1:])
    return walk(evening, rounds)


def vroom(evening, _):
    import numpy
    import vroom as peer

    model = peer.Input()
    seconds = [[-(-int(way) // 1000) for way in row] for row in evening["times_ms"]]
    model.set_durations_matrix(profile="car", matrix_input=numpy.array(seconds, dtype=numpy.uint32))
    model.add_vehicle([peer.Vehicle(team, start=0, end=0, time_window=(0, evening["shift_ms"] // 1000)) for team in range(evening["teams"])])
    for stop, (opens, closes, service) in enumerate(evening["stops"], 1):
        window = peer.TimeWindow(-(-opens // 1000), closes // 1000)
        model.add_job([peer.Job(stop, location=stop, default_service=service // 1000, time_windows=[window])])
    found = model.solve(exploration_level=5, nb_threads=1).to_dict()
    if found["summary"]["unassigned"]:
        return None
    return walk(evening, [[step["id"] for step in tour["steps"] if step["type"] == "job"] for tour in found["routes"]])


for count in (50, 100, 200):
    for kind in ("C", "R", "RC"):
        with open(f"{sys.argv[1]}/{kind}{count}-1.json") as file:
            evening = json.load(file)
        for name, plan, seconds in (("PyVRP", pyvrp, 1), ("PyVRP", pyvrp, 5), ("OR-Tools", ortools, 5), ("VROOM", vroom, 5)):
            began = time.process_time()
            cost = plan(evening, seconds)
            print(f"{kind}{count}-1  {name} {seconds}  {'none' if cost is None else round(cost)}  ({time.process_time() - began:.1f} s)", flush=True)
