"""Train boosted trees on a table that sweep features wrote, and test them on later sessions:

    train.py FEATURES MODEL [--label 5] [--folds 5] [--embargo 0] [--window 0]

The sessions are cut into folds, and each but the first is scored by trees of the sessions before it. Features and labels end with
their session, so that training and test share no minute; the size of the trees and their number are chosen on the last fifth of the
sessions of each training. MODEL is LightGBM's text, which sweep score reads and studies trade; MODEL.seen.json says what it has
seen. One thread and fixed seeds: the same table gives the same text."""
import argparse
import hashlib
import itertools
import json
import math

import lightgbm
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("features")
arguments.add_argument("model")
arguments.add_argument("--label", type=int, default=5, help="minutes ahead")
arguments.add_argument("--folds", type=int, default=5)
arguments.add_argument("--embargo", type=int, default=0, help="sessions between training and test")
arguments.add_argument("--window", type=int, default=0, help="sessions that trees are trained on, the latest; 0: all before the test")
asked = arguments.parse_args()

metadata = pq.read_metadata(asked.features).metadata
described = json.loads(metadata[b"features"])
names = [f["name"] + (f"_{f['window_minutes']}" if f["window_minutes"] else "") for f in described]
label = f"y_{asked.label}"
table = pd.read_parquet(asked.features)
if label not in table:
    raise SystemExit(f"{asked.features} has no column {label}; it has {[c for c in table if c.startswith('y_')]}")
histories = list(dict.fromkeys(table.history))
places = {name: place for place, name in enumerate(histories)}
keys = list(zip(table.history.map(places), table.session))
numbers = {key: number for number, key in enumerate(sorted(set(keys)))}
table["at"] = [numbers[key] for key in keys]
sessions = len(numbers)
whole = table[table[label].notna()]  # trees take a missing feature as it is
if sessions < asked.folds * (2 + 2 * asked.embargo):
    raise SystemExit(f"{sessions} sessions are too few for {asked.folds} folds with an embargo of {asked.embargo}")

base = dict(objective="regression", learning_rate=0.05, min_data_in_leaf=100, feature_fraction=0.8, verbosity=-1, num_threads=1, deterministic=True, force_row_wise=True, seed=1)
grid = [dict(num_leaves=leaves, lambda_l2=penalty) for leaves, penalty in itertools.product((4, 8, 16), (0.0, 100.0))]
most_rounds, tried = 200, 0


def part(first, end):
    return whole[(whole["at"] >= first) & (whole["at"] < end)]


def dataset(rows):
    return lightgbm.Dataset(rows[names], rows[label], free_raw_data=False)


def begin(end):
    """The first session of a training that ends before one."""
    return max(0, end - asked.window) if asked.window else 0


def fit(end):
    """Trees of the sessions before one, of the size and number that do best on the last fifth of them."""
    global tried
    first = end - max(1, (end - begin(end)) // 5)
    inner, held = part(begin(end), first - asked.embargo), part(first, end)
    best = (math.inf, None, 0)
    for settings in grid:
        errors = {}
        lightgbm.train({**base, **settings}, dataset(inner), most_rounds, valid_sets=[dataset(held)], callbacks=[lightgbm.record_evaluation(errors)])
        by_round = errors["valid_0"]["l2"]
        rounds = int(np.argmin(by_round)) + 1
        tried += len(by_round)
        best = min(best, (by_round[rounds - 1], settings, rounds), key=lambda b: b[0])
    return lightgbm.train({**base, **best[1]}, dataset(part(begin(end), end)), best[2]), best


def rank_ic(rows, score):
    """The rank IC, and its error by Newey and West over the minutes, with lags over twice the minutes ahead."""
    u, w = (pd.Series(x).rank().to_numpy() for x in (score, rows[label].to_numpy()))
    if u.std() == 0 or w.std() == 0:
        return math.nan, math.nan
    z = (u - u.mean()) / u.std() * ((w - w.mean()) / w.std())
    away = pd.Series(z - z.mean()).groupby([rows["at"].to_numpy(), rows["minute"].to_numpy()]).sum().to_numpy()
    step = int(np.diff(np.unique(rows["minute"])).min())
    lags = min(2 * -(-asked.label // step), len(away) - 1)
    total = away @ away + sum(2 * (1 - lag / (lags + 1)) * (away[lag:] @ away[:-lag]) for lag in range(1, lags + 1))
    return z.mean(), math.sqrt(max(0, total)) / len(z)


tests, lines = [], []
for fold in range(1, asked.folds):
    first, end = sessions * fold // asked.folds, sessions * (fold + 1) // asked.folds
    model, (_, settings, rounds) = fit(first - asked.embargo)
    rows = part(first, end)
    score = model.predict(rows[names], raw_score=True, num_threads=1)
    tests.append((rows, score))
    value, error = rank_ic(rows, score)
    lines.append(f"{fold:<5}sessions {begin(first - asked.embargo)} to {first - asked.embargo - 1:<6} {first} to {end - 1:<8} {rounds:>5} trees of {settings['num_leaves']:>2} leaves   {value:.3g} ± {error:.2g}")
value, error = rank_ic(pd.concat([rows for rows, _ in tests]), np.concatenate([score for _, score in tests]))
low, high = value - 1.96 * error, value + 1.96 * error
where = "above zero" if low > 0 else "below zero" if high < 0 else "not distinguishable from zero"
print(f"out of sample the rank IC with {label} is {where}: {value:.3g} (95% CI {low:.3g} to {high:.3g})\n\nfold trained on        tested on")
print("\n".join(lines))
model, (_, settings, rounds) = fit(sessions)
model.save_model(asked.model)
on = part(begin(sessions), sessions)


def spread(values):
    """Where numbers lie, but for those that are missing."""
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    if not len(values) or values.min() == values.max():
        one = float(values[0]) if len(values) else 0.0
        return dict(mean=one, standard_deviation=0.0, least=one, most=one)
    return dict(mean=float(values.mean()), standard_deviation=float(values.std()), least=float(values.min()), most=float(values.max()))


content = hashlib.sha256()
for column in names + [label]:
    content.update(on[column].to_numpy(dtype="<f8").tobytes())
score = spread(model.predict(on[names], raw_score=True, num_threads=1))
score["standard_deviation"] = score["standard_deviation"] or 1.0  # of trees that say the same everywhere
known = json.loads(metadata[b"seen"])
used = set(on.history)
seen = {
    "market": known["market"], "histories": [h for h in known["histories"] if h["name"] in used], "embargo_sessions": asked.embargo,
    "sessions": int(on["at"].nunique()), "rows": len(on), "content_sha256": content.hexdigest(), "models_tried": tried, "score": score, "features": [spread(on[name]) for name in names],
}
about = {"label_minutes": asked.label, "features": described, "features_sha256": metadata[b"features_sha256"].decode(), "seen": seen}
with open(asked.model + ".seen.json", "w", encoding="utf-8") as file:
    json.dump(about, file, indent=2)
    file.write("\n")
print(f"\n{asked.model}: {rounds} trees of {settings['num_leaves']} leaves, of {seen['sessions']} sessions and {len(on)} rows; {tried} models were tried")
