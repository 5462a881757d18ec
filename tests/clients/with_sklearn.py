"""Makes tests/data/hdbscan.json, what scikit-learn's HDBSCAN says of made-up towns: the room `cluster` is compared with it.

python3 -m venv /tmp/sklearn && /tmp/sklearn/bin/pip install scikit-learn==1.9.1
/tmp/sklearn/bin/python tests/clients/with_sklearn.py > tests/data/hdbscan.json

Many distances are ties (a core distance is that of several pairs), and scikit-learn takes ties two by two, in an order that hangs on the order of
the points. So each town is asked about in 24 orders: what differs between them is told as null (whether a point between two groups is in one of
them; a probability), and where the groups themselves differ there is no answer to compare with, and none is told.
"""

import json
import sys

import numpy as np
import sklearn
from sklearn.cluster import HDBSCAN


def town(seed, towers):
    """Villages of different density, houses strewn between them, and towers of several homes at one spot."""
    rng = np.random.default_rng(seed)
    villages = [rng.normal(rng.uniform(0, 2000, 2), rng.uniform(10, 90), (rng.integers(8, 60), 2)) for _ in range(7)]
    strewn = rng.uniform(0, 2000, (60, 2))
    homes = [np.repeat(rng.uniform(0, 2000, (1, 2)), rng.integers(3, 30), axis=0) for _ in range(towers)]
    return np.round(np.concatenate([*villages, strewn, *homes]), 3)


def asked(points, min_points, min_cluster, order):
    found = HDBSCAN(min_cluster_size=min_cluster, min_samples=min_points, algorithm="kd_tree", copy=True).fit(points[order])
    labels, probabilities = np.empty(len(points), int), np.empty(len(points))
    labels[order], probabilities[order] = found.labels_, found.probabilities_
    return labels, probabilities


def renamed(labels, like):
    """Each group by the name of the one that it shares most points with; noise is -1."""
    name = {group: np.bincount(like[labels == group] + 1).argmax() - 1 for group in set(labels) - {-1}}
    return np.array([name.get(label, -1) for label in labels])


def told(points, min_points, min_cluster):
    rng = np.random.default_rng(1)
    orders = [np.arange(len(points)), *(rng.permutation(len(points)) for _ in range(23))]
    answers = [asked(points, min_points, min_cluster, order) for order in orders]
    labels, probabilities = answers[0]
    named = np.array([renamed(other, labels) for other, _ in answers])
    unsure = np.ptp(named, axis=0) > 0
    if unsure.mean() > 0.03 or any(len(set(other)) != len(set(labels)) or len(set(names)) != len(set(labels)) for names, (other, _) in zip(named, answers)):
        return None
    spread = np.ptp([other for _, other in answers], axis=0)
    return {
        "min_points": min_points,
        "min_cluster": min_cluster,
        "labels": [None if unsure[point] else int(labels[point]) for point in range(len(points))],
        "probabilities": [None if spread[point] > 1e-9 else round(float(probabilities[point]), 9) for point in range(len(points))],
    }


def both(seed, towers):
    points = town(seed, towers)
    answers = [told(points, *sizes) for sizes in ((5, 5), (3, 10), (12, 6))]
    return {"points": points.tolist(), "told": [answer for answer in answers if answer]}


json.dump(
    {"made_by": f"scikit-learn {sklearn.__version__}", "towns": [both(seed, towers) for seed, towers in enumerate((0, 0, 0, 0, 6, 12, 0, 4))]},
    sys.stdout,
)
print()
