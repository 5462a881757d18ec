"""Makes tests/data/esda.json, what PySAL's esda says of 150 points: the room `cluster` is compared with it.

python3 -m venv /tmp/esda && /tmp/esda/bin/pip install esda==2.9.0 libpysal==4.14.1
/tmp/esda/bin/python tests/clients/with_esda.py > tests/data/esda.json
"""

import json
import sys
import warnings

import esda
import libpysal
import numpy as np

warnings.simplefilter("ignore")
PERMUTATIONS = 9999
rng = np.random.default_rng(20)
points = np.round(rng.uniform(0, 1000, (150, 2)), 3)
near = np.hypot(*(points - [300, 600]).T) < 220
labels = (rng.uniform(size=150) < np.where(near, 0.7, 0.15)).astype(int)
values = np.round(rng.normal(size=150) + near, 4)


def both_sides(simulated, observed):
    """Two-sided, ties counted on both sides; esda's own p_sim is one-sided and leaves ties below out."""
    high = (simulated >= observed[:, None] - 1e-9).sum(axis=1)
    low = (simulated <= observed[:, None] + 1e-9).sum(axis=1)
    return np.minimum(1, 2 * (np.minimum(high, low) + 1) / (simulated.shape[1] + 1))


def told(weights):
    found = {}
    for name, column in (("labels", labels), ("values", values)):
        weights.transform = "b"
        star = esda.G_Local(column.astype(float), weights, transform="B", star=True, permutations=PERMUTATIONS, seed=1, keep_simulations=True)
        high = (star.rGs >= star.Gs[:, None] - 1e-12).sum(axis=1)
        moran = esda.Moran_Local(column.astype(float), weights, transformation="r", permutations=PERMUTATIONS, seed=1, keep_simulations=True)
        simulated = moran.rlisas if moran.rlisas.shape[0] == len(column) else moran.rlisas.T
        found[name] = {
            "gistar_z": star.Zs.tolist(),
            "gistar_p": ((high + 1) / (PERMUTATIONS + 1)).tolist(),
            "moran_i": moran.Is.tolist(),
            "moran_quadrant": [int(q) for q in moran.q],
            "moran_p": both_sides(simulated, moran.Is).tolist(),
        }
    weights.transform = "b"
    np.random.seed(1)
    joins = esda.Join_Counts(labels, weights, permutations=999)
    found["joins"] = {"bb": float(joins.bb), "bw": float(joins.bw), "ww": float(joins.ww), "mean_bb": float(joins.mean_bb), "p_bb": float(joins.p_sim_bb)}
    return found


json.dump(
    {
        "made_by": f"esda {esda.__version__}, libpysal {libpysal.__version__}",
        "points": points.tolist(),
        "labels": labels.tolist(),
        "values": values.tolist(),
        "nearest_8": told(libpysal.weights.KNN(points, k=8)),
        "within_110": told(libpysal.weights.DistanceBand(points, 110, binary=True, silence_warnings=True)),
    },
    sys.stdout,
    indent=None,
)
print()
