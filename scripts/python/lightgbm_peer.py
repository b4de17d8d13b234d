"""Train small models of every kind with LightGBM, and compare what it says of rows with what sweep score says, bit for bit:
lightgbm_peer.py SWEEP FOLDER."""
import os
import subprocess
import sys

import lightgbm
import numpy as np
import pandas as pd

sweep, folder = sys.argv[1:]
random = np.random.Generator(np.random.PCG64(20261128))
names = ["move", "width", "residual", "regime", "series"]
trained = pd.DataFrame({"move": random.standard_normal(2_000), "width": random.gamma(2, 0.01, 2_000), "residual": random.standard_t(3, 2_000), "regime": random.integers(0, 9, 2_000).astype(float), "series": random.integers(0, 200, 2_000).astype(float)})
target = 0.5 * trained.move + np.sin(trained.residual) + 0.3 * (trained.regime % 3) + 0.2 * (trained.series % 7 == 0) + 0.3 * random.standard_normal(2_000)
missing = trained.mask(random.random(trained.shape) < 0.1)
zeros = trained.mask(random.random(trained.shape) < 0.2, 0.0)
# Rows of every sort: those of training, and values at the edges of what a number, a zero and a category are.
odd = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-35, 1e-36, 5e-324, 1.7976931348623157e308, -1.0, -0.5, 0.999, 31.0, 32.0, 63.5, 199.0, 200.0, 2147483647.0, 2147483648.0]
rows = pd.concat([trained.head(1_000), missing.tail(500), pd.DataFrame(random.choice(odd, (500, 5)), columns=names)], ignore_index=True)
rows.to_parquet(os.path.join(folder, "rows.parquet"))

base = dict(verbosity=-1, num_threads=1, deterministic=True, seed=7, num_leaves=31, learning_rate=0.1, min_data_in_leaf=10)
positive, above = np.exp(target.clip(-2, 2)), (target > target.median()).astype(float)
kinds = {
    "regression": (missing, target, {}), "regression_l1": (missing, target, dict(objective="regression_l1")), "huber": (missing, target, dict(objective="huber")),
    "quantile": (missing, target, dict(objective="quantile", alpha=0.8)), "sqrt": (missing, positive, dict(reg_sqrt=True)), "binary": (missing, above, dict(objective="binary", sigmoid=1.5)),
    "poisson": (missing, positive, dict(objective="poisson")), "gamma": (missing, positive, dict(objective="gamma")), "tweedie": (missing, positive, dict(objective="tweedie")),
    "cross_entropy": (missing, 1 / (1 + np.exp(-target)), dict(objective="cross_entropy")), "cross_entropy_lambda": (missing, 1 / (1 + np.exp(-target)), dict(objective="cross_entropy_lambda")),
    "forest": (missing, target, dict(boosting="rf", bagging_freq=1, bagging_fraction=0.6)), "forest_binary": (missing, above, dict(objective="binary", boosting="rf", bagging_freq=1, bagging_fraction=0.6)),
    "dart": (missing, target, dict(boosting="dart")), "goss": (missing, target, dict(data_sample_strategy="goss")),
    "categories": (missing, target, dict(categorical_feature=[3, 4], max_cat_to_onehot=1)), "one_hot": (missing, target, dict(categorical_feature=[3], max_cat_to_onehot=20)),
    "zero_as_missing": (zeros, target, dict(zero_as_missing=True)), "no_missing": (missing, target, dict(use_missing=False)),
    "linear": (missing, target, dict(linear_tree=True, linear_lambda=0.1)), "linear_categories": (missing, target, dict(linear_tree=True, categorical_feature=[3, 4])), "constant": (trained, target * 0 + 2.5, {}),
}
compared = 0
for name, (features, label, settings) in kinds.items():
    model = os.path.join(folder, name + ".txt")
    parameters = {**base, "objective": "regression", **settings}
    data = lightgbm.Dataset(features, label, categorical_feature=parameters.pop("categorical_feature", []), free_raw_data=False)
    lightgbm.train(parameters, data, num_boost_round=20).save_model(model)
    booster = lightgbm.Booster(model_file=model)
    scores = os.path.join(folder, name + ".parquet")
    subprocess.run([sweep, "score", model, os.path.join(folder, "rows.parquet"), "--out", scores], check=True, stdout=subprocess.DEVNULL)
    got = pd.read_parquet(scores)
    raw, output = booster.predict(rows, raw_score=True, num_threads=1), booster.predict(rows, num_threads=1)
    same = (got.raw.values.view(np.int64) == raw.view(np.int64)) | (got.raw.isna().values & np.isnan(raw))
    if not same.all():
        row = int(np.argmin(same))
        sys.exit(f"{name}: the raw score of row {row} is {got.raw[row]!r}, LightGBM's {raw[row]!r}")
    near = np.isclose(got.output, output, rtol=1e-13, atol=0, equal_nan=True)
    if not near.all():
        row = int(np.argmin(near))
        sys.exit(f"{name}: row {row} predicts {got.output[row]!r}, LightGBM {output[row]!r}")
    compared += len(rows)
print(f"{len(kinds)} kinds of models: {compared} raw scores have LightGBM's bits")
