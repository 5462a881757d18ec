"""What PySAL's esda needs for the same question: tests/bench/esda_local.py HOUSES (beside `cargo bench --bench clusters -- local HOUSES`).

In one process, so that its CPU seconds are all there are; pip install esda==2.9.0 libpysal==4.14.1.
"""

import sys
import time
import warnings

import esda
import libpysal
import numpy as np

warnings.simplefilter("ignore")
houses = int(sys.argv[1])
rng = np.random.default_rng(11)
side = houses**0.5 * 20
points = rng.uniform(0, side, (houses, 2))
red = (rng.uniform(size=houses) < np.where(np.hypot(*(points - [0.4 * side, 0.3 * side]).T) < 300, 0.4, 0.1)).astype(float)


def timed(what, work):
    began, spent = time.perf_counter(), time.process_time()
    done = work()
    print(f"{what}: {time.perf_counter() - began:.2f} s, {time.process_time() - spent:.2f} s of CPU", flush=True)
    return done


near = timed(f"20 nearest of {houses} houses", lambda: libpysal.weights.KNN(points, k=20))
timed("Gi*, 999 permutations", lambda: esda.G_Local(red, near, transform="B", star=True, permutations=999, keep_simulations=False, n_jobs=1))
near.transform = "r"
timed("Local Moran's I, 999 permutations", lambda: esda.Moran_Local(red, near, permutations=999, keep_simulations=False, n_jobs=1))
