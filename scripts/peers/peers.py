"""The peers of the benchmark in Python, written as a researcher would write them: the seed's model in pandas row by row, and in
NumPy and numba with a Parquet file a run from a pool of processes; and overhead per trial of joblib and Optuna."""

import functools
import math
import time
from concurrent.futures import ProcessPoolExecutor

import numba
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.special import ndtr

POINTS = [(skew, k, spread) for skew in (0.0, 0.01, 0.02, 0.04) for k in (20.0, 40.0, 60.0, 80.0) for spread in (0.02, 0.04, 0.06)]
COLUMNS = ["underlying", "delta", "mid", "parity_residual", "ml_score", "spread", "bid", "ask", "bid_fills", "ask_fills", "inventory", "shares", "cash", "pnl"]
STRIKE, RATE, VOL = 100.0, 0.01, 0.25


def market(n, seed):
    """The synthetic market of the seed model: a dictionary of columns."""
    random = np.random.RandomState(seed)
    z1, z2, z3 = random.randn(n), random.randn(n), random.randn(n)
    price = 100 * np.exp(np.cumsum(0.02 * math.sqrt(1 / 390) * z1))
    years = np.maximum((30 * 390 - np.arange(n)) / (252 * 390), 1e-6)
    root = VOL * np.sqrt(years)
    d1 = (np.log(price / STRIKE) + (RATE + VOL * VOL / 2) * years) / root
    discounted = STRIKE * np.exp(-RATE * years)
    delta = ndtr(d1)
    mid = (price * delta - discounted * ndtr(d1 - root)) * (1 + 0.02 * z2)
    returns = np.concatenate([[0.0], price[1:] / price[:-1] - 1])
    vol = np.zeros(n)
    if n > 2:
        windows = pd.Series(returns).where(np.arange(n) > 0).rolling(5, min_periods=2).std()
        vol = windows.fillna(0.0).to_numpy()
    put = mid - price + discounted + 0.005 * z3 * mid
    residual = mid - (put + price - discounted)
    short = pd.Series(returns).rolling(3, min_periods=1).mean().to_numpy()
    deviation = np.abs(residual - residual.mean()).mean() + 1e-9
    raw = 0.7 * short - 0.3 * (residual - np.median(residual)) / deviation
    score = (raw - raw.mean()) / (raw.std() + 1e-9)
    density = np.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    return {
        "underlying": price, "mid": mid, "ml_score": score, "vol": vol, "delta": delta, "gamma": density / (price * root),
        "vega": price * density * np.sqrt(years), "theta": -price * density * VOL / (2 * np.sqrt(years)) - RATE * discounted * ndtr(d1 - root),
        "years": years, "parity_residual": residual,
    }


def figures(pnl, fills, inventory):
    """The seed's four figures."""
    steps = np.diff(pnl, prepend=pnl[0])
    return pnl[-1], steps.mean() / (steps.std(ddof=1) + 1e-12) * math.sqrt(252 * 390), int(fills), np.abs(inventory).mean()


def pandas_run(n, seed, skew, k, spread):
    """One run, row by row over a DataFrame, as the demo has it."""
    frame = pd.DataFrame(market(n, seed))
    frame["spread"] = np.maximum(0.01, spread + 5 * frame["vol"])
    random = np.random.default_rng(seed)
    inventory, cash, shares, fills = 0, 0.0, 0.0, 0
    pnl, held = [], []
    for _, row in frame.iterrows():
        shift = skew * row["ml_score"] * row["mid"]
        bid, ask = row["mid"] - row["spread"] / 2 - shift, row["mid"] + row["spread"] / 2 + shift
        half = math.exp(-k * row["spread"] / row["mid"]) / 2
        u1, u2 = random.random(), random.random()
        for hit, side, at in ((u2 < half, -1, ask), (u1 < half, 1, bid)):
            if hit:
                inventory, cash, fills = inventory + side, cash - side * at, fills + 1
                traded = -inventory * row["delta"] - shares
                cash, shares = cash - traded * row["underlying"], shares + traded
        pnl.append(cash + inventory * row["mid"] + shares * row["underlying"])
        held.append(inventory)
    return figures(np.array(pnl), fills, np.array(held))


@numba.njit(cache=True)
def numba_loop(price, delta, mid, bid, ask, half, u, bid_fills, ask_fills, inventories, hedges, cashes, pnl):
    inventory, cash, shares, fills = 0, 0.0, 0.0, 0
    for i in range(len(price)):
        bid_fills[i] = ask_fills[i] = 0
        if u[2 * i + 1] < half[i]:
            inventory -= 1
            cash += ask[i]
            traded = -inventory * delta[i] - shares
            cash -= traded * price[i]
            shares += traded
            ask_fills[i] = 1
        if u[2 * i] < half[i]:
            inventory += 1
            cash -= bid[i]
            traded = -inventory * delta[i] - shares
            cash -= traded * price[i]
            shares += traded
            bid_fills[i] = 1
        fills += bid_fills[i] + ask_fills[i]
        inventories[i], hedges[i], cashes[i] = inventory, shares, cash
        pnl[i] = cash + inventory * mid[i] + shares * price[i]
    return fills


def numba_run(n, seed, skew, k, spread):
    """One run: its four figures and its columns."""
    m = market(n, seed)
    mid = m["mid"]
    width = np.maximum(0.01, spread + 5 * m["vol"])
    shift = skew * m["ml_score"] * mid
    bid, ask = mid - width / 2 - shift, mid + width / 2 + shift
    half = np.exp(-k * width / mid) / 2
    u = np.random.default_rng(seed).random(2 * n)
    bid_fills, ask_fills, inventory = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    shares, cash, pnl = np.empty(n), np.empty(n), np.empty(n)
    fills = numba_loop(m["underlying"], m["delta"], mid, bid, ask, half, u, bid_fills, ask_fills, inventory, shares, cash, pnl)
    return figures(pnl, fills, inventory), {
        **m, "spread": width, "bid": bid, "ask": ask, "bid_fills": bid_fills, "ask_fills": ask_fills, "inventory": inventory,
        "shares": shares, "cash": cash, "pnl": pnl,
    }


def inputs_of(n, seeds):
    """What all points of the seeds share: a row a minute, a column a seed; and the draws, the bid's first."""
    markets = [market(n, seed) for seed in seeds]
    columns = {name: np.column_stack([m[name] for m in markets]) for name in ("underlying", "delta", "mid", "ml_score", "vol")}
    draws = np.column_stack([np.random.default_rng(seed).random(2 * n) for seed in seeds])
    return columns, draws[0::2], draws[1::2]


def numpy_together(n, seeds):
    """All runs at once, an entry of an array each: seconds, and the figures of every run, by seed and then by point."""
    begin = time.perf_counter()
    m, for_bid, for_ask = inputs_of(n, seeds)
    skew, k, spread = (np.tile(column, len(seeds)) for column in np.array(POINTS).T)
    of = np.repeat(np.arange(len(seeds)), len(POINTS))
    inventory, cash, shares, fills, gross = (np.zeros(len(of)) for _ in range(5))
    pnl = np.empty((n, len(of)))
    for i in range(n):
        mid, price, delta = m["mid"][i][of], m["underlying"][i][of], m["delta"][i][of]
        width = np.maximum(0.01, spread + 5 * m["vol"][i][of])
        shift = skew * m["ml_score"][i][of] * mid
        half = np.exp(-k * width / mid) / 2
        bids, asks = for_bid[i][of] < half, for_ask[i][of] < half
        inventory += bids.astype(float) - asks
        cash += asks * (mid + width / 2 + shift) - bids * (mid - width / 2 - shift)
        traded = np.where(bids | asks, -inventory * delta - shares, 0)
        cash -= traded * price
        shares += traded
        fills += bids.astype(float) + asks
        gross += np.abs(inventory)
        pnl[i] = cash + inventory * mid + shares * price
    steps = np.diff(pnl, axis=0, prepend=pnl[:1])
    sharpe = steps.mean(axis=0) / (steps.std(axis=0, ddof=1) + 1e-12) * math.sqrt(252 * 390)
    return time.perf_counter() - begin, list(zip(pnl[-1], sharpe, fills.astype(int), gross / n))


@numba.njit(cache=True, parallel=True)
def prange_loop(price, delta, mid, score, vol, for_bid, for_ask, points, out):
    n, seeds = price.shape
    for run in numba.prange(seeds * len(points)):
        s, point = run // len(points), run % len(points)
        skew, k, spread = points[point, 0], points[point, 1], points[point, 2]
        inventory, cash, shares, fills, gross = 0, 0.0, 0.0, 0, 0
        pnl = np.empty(n)
        for i in range(n):
            width = max(0.01, spread + 5 * vol[i, s])
            shift = skew * score[i, s] * mid[i, s]
            half = math.exp(-k * width / mid[i, s]) / 2
            bids, asks = int(for_bid[i, s] < half), int(for_ask[i, s] < half)
            inventory += bids - asks
            cash += asks * (mid[i, s] + width / 2 + shift) - bids * (mid[i, s] - width / 2 - shift)
            if bids + asks > 0:
                traded = -inventory * delta[i, s] - shares
                cash -= traded * price[i, s]
                shares += traded
            fills += bids + asks
            gross += abs(inventory)
            pnl[i] = cash + inventory * mid[i, s] + shares * price[i, s]
        mean = (pnl[n - 1] - pnl[0]) / n
        squares, before = 0.0, pnl[0]
        for now in pnl:
            squares += (now - before - mean) ** 2
            before = now
        out[run, 0], out[run, 1] = pnl[n - 1], mean / (math.sqrt(squares / (n - 1)) + 1e-12) * math.sqrt(252 * 390)
        out[run, 2], out[run, 3] = fills, gross / n


def prange(n, seeds, workers):
    """All runs in a parallel loop, compiled before: seconds, and the figures of every run, by seed and then by point."""
    begin = time.perf_counter()
    m, for_bid, for_ask = inputs_of(n, seeds)
    out = np.empty((len(seeds) * len(POINTS), 4))
    numba.set_num_threads(workers)
    prange_loop(m["underlying"], m["delta"], m["mid"], m["ml_score"], m["vol"], for_bid, for_ask, np.array(POINTS), out)
    return time.perf_counter() - begin, [(pnl, sharpe, int(fills), gross) for pnl, sharpe, fills, gross in out]


@functools.cache
def jax_kernel():
    """A compiled function of the runs: their market, draws and points to their four figures."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def run(m, for_bid, for_ask, point):
        skew, k, spread = point

        def minute(carry, row):
            inventory, cash, shares, fills, gross = carry
            price, delta, mid, score, vol, bid_draw, ask_draw = row
            width = jnp.maximum(0.01, spread + 5 * vol)
            shift = skew * score * mid
            half = jnp.exp(-k * width / mid) / 2
            bids, asks = (bid_draw < half).astype(float), (ask_draw < half).astype(float)
            inventory += bids - asks
            cash += asks * (mid + width / 2 + shift) - bids * (mid - width / 2 - shift)
            traded = jnp.where(bids + asks > 0, -inventory * delta - shares, 0)
            cash, shares = cash - traded * price, shares + traded
            return (inventory, cash, shares, fills + bids + asks, gross + jnp.abs(inventory)), cash + inventory * mid + shares * price

        rows = (m["underlying"], m["delta"], m["mid"], m["ml_score"], m["vol"], for_bid, for_ask)
        (_, _, _, fills, gross), pnl = jax.lax.scan(minute, (0.0,) * 5, rows)
        steps = jnp.diff(pnl, prepend=pnl[:1])
        return pnl[-1], steps.mean() / (steps.std(ddof=1) + 1e-12) * math.sqrt(252 * 390), fills, gross / len(pnl)

    of_points = jax.vmap(run, in_axes=(None, None, None, 0))
    return jax.jit(jax.vmap(of_points, in_axes=(1, 1, 1, None)))


def jax_together(n, seeds):
    """All runs in a scan over the minutes, compiled before: seconds, and the figures of every run, by seed and then by point."""
    begin = time.perf_counter()
    m, for_bid, for_ask = inputs_of(n, seeds)
    out = [np.asarray(figure).ravel() for figure in jax_kernel()(m, for_bid, for_ask, np.array(POINTS))]
    return time.perf_counter() - begin, [(pnl, sharpe, int(fills), gross) for pnl, sharpe, fills, gross in zip(*out)]


def numba_task(task, n, folder):
    """One run of the sweep; its Parquet file where there is a folder."""
    number, seed, point = task
    row, columns = numba_run(n, seed, *point)
    if folder:
        table = pa.table({name: columns[name] for name in COLUMNS})
        pq.write_table(table, f"{folder}/{number:06d}.parquet", compression="none", use_dictionary=False, write_statistics=False)
    return row


def numba_sweep(n, seeds, folder, workers):
    """The sweep: seconds, and the figures of every run. The pool is warm."""
    tasks = [(number, seed, point) for number, (seed, point) in enumerate((s, p) for s in seeds for p in POINTS)]
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(functools.partial(numba_task, n=n, folder=None), tasks[:4 * workers]))
        begin = time.perf_counter()
        rows = list(pool.map(functools.partial(numba_task, n=n, folder=folder), tasks, chunksize=8))
        if folder:
            pq.write_table(pa.table(dict(zip(["net_pnl", "sharpe", "fills", "inventory"], map(list, zip(*rows))))), f"{folder}/summary.parquet")
        return time.perf_counter() - begin, rows


def kernel_input(path, n, seeds):
    """What kernel.c reads: markets, states of the fill streams, points."""
    with open(path, "wb") as file:
        np.array([len(seeds), n, len(POINTS)], np.int64).tofile(file)
        for seed in seeds:
            state = np.random.default_rng(seed).bit_generator.state["state"]
            words = [state["state"] >> 64, state["state"] & (2**64 - 1), state["inc"] >> 64, state["inc"] & (2**64 - 1)]
            np.array(words, np.uint64).tofile(file)
            m = market(n, seed)
            for name in ("underlying", "mid", "ml_score", "vol", "delta", "gamma", "vega", "theta", "years"):
                np.ascontiguousarray(m[name]).tofile(file)
        np.array(POINTS, np.float64).tofile(file)


def trivial(x, y):
    return x - y


def joblib_trials(trials, workers):
    import joblib

    work = joblib.Parallel(n_jobs=workers)
    work(joblib.delayed(trivial)(i, 1) for i in range(100))
    begin = time.perf_counter()
    work(joblib.delayed(trivial)(i % 100, i // 100) for i in range(trials))
    return (time.perf_counter() - begin) / trials


def optuna_trials(trials):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    side = math.isqrt(trials)
    grid = {"x": list(range(side)), "y": list(range(side))}
    study = optuna.create_study(sampler=optuna.samplers.GridSampler(grid, seed=1))
    begin = time.perf_counter()
    study.optimize(lambda t: trivial(t.suggest_int("x", 0, side), t.suggest_int("y", 0, side)), n_trials=side * side)
    return (time.perf_counter() - begin) / (side * side)
