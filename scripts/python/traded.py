"""Compare the score that a study trades with LightGBM's own, bit for bit: traded.py FEATURES MODEL RUN, where RUN is the Parquet file
of a run on the market of FEATURES. Prints the number of minutes compared."""
import json
import sys

import lightgbm
import numpy as np
import pandas as pd

features, model, run = sys.argv[1:]
with open(model + ".seen.json", encoding="utf-8") as file:
    about = json.load(file)
names = [f["name"] + (f"_{f['window_minutes']}" if f["window_minutes"] else "") for f in about["features"]]
raw = lightgbm.Booster(model_file=model).predict(pd.read_parquet(features)[names], raw_score=True, num_threads=1)
spread = about["seen"]["score"]
want = (raw - spread["mean"]) / spread["standard_deviation"]
got = pd.read_parquet(run).ml_score.to_numpy()
assert len(got) == len(want) and np.unique(got).size > 10, (len(got), len(want))
assert (got.view("u8") == want.view("u8")).all(), np.abs(got - want).max()
print(f"traded trees: the scores of {len(got)} minutes are LightGBM's, bit for bit")
