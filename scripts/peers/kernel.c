// The kernel's peers in C, one thread. c1 is the seed's loop as its description states it: two uniforms and an exponential a minute,
// branches on the fills, and the seed's four figures. c2 is the algorithm of this project: thresholds of the uniforms and
// quotes ahead, no branch on fills, step after step over all minutes, then either the same four figures (walk) or
// the attribution and all figures (run).
//
//   kernel KIND INPUT REPETITIONS      KIND: c1, walk, run
//
// INPUT, as peers.py writes it: seeds, minutes, points; of each seed the state of its PCG64 and the columns of its market; of each
// point skew, k and spread. It prints ns a minute, and P&L, Sharpe ratio, fills and mean inventory of every run.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef unsigned __int128 u128;
enum { PRICE, MID, SCORE, VOL, DELTA, GAMMA, VEGA, THETA, YEARS, COLUMNS };
typedef struct { u128 state, increment; double *c[COLUMNS]; } Seed;
typedef struct { double skew, k, spread; } Point;
typedef struct { double pnl, sharpe; long fills; double inventory; } Figures;

static int n;
static volatile double kept; // so that no figure is optimized away

static double uniform(u128 *state, u128 increment) {
	const u128 multiplier = ((u128)2549297995355413924ULL << 64) | 4865540595714422341ULL;
	*state = *state * multiplier + increment;
	uint64_t x = (uint64_t)(*state >> 64) ^ (uint64_t)*state;
	unsigned r = (unsigned)(*state >> 122);
	x = (x >> r) | (x << ((-r) & 63));
	return (double)(x >> 11) * 0x1p-53;
}

static double sharpe(const double *pnl) {
	double mean = (pnl[n - 1] - pnl[0]) / n, squares = mean * mean;
	for (int i = 1; i < n; i++) {
		double d = pnl[i] - pnl[i - 1] - mean;
		squares += d * d;
	}
	return mean / (sqrt(squares / (n - 1)) + 1e-12) * sqrt(252.0 * 390);
}

static Figures c1(const Seed *s, const Point *p, double *pnl) {
	u128 state = s->state;
	long inventory = 0, fills = 0, held = 0;
	double cash = 0, shares = 0;
	for (int i = 0; i < n; i++) {
		double mid = s->c[MID][i], price = s->c[PRICE][i];
		double spread = fmax(0.01, p->spread + 5 * s->c[VOL][i]), shift = p->skew * s->c[SCORE][i] * mid;
		double bid = mid - spread / 2 - shift, ask = mid + spread / 2 + shift;
		double half = exp(-p->k * spread / mid) / 2;
		double u1 = uniform(&state, s->increment), u2 = uniform(&state, s->increment);
		if (u2 < half) {
			inventory--, fills++, cash += ask;
			double traded = -inventory * s->c[DELTA][i] - shares;
			cash -= traded * price, shares += traded;
		}
		if (u1 < half) {
			inventory++, fills++, cash -= bid;
			double traded = -inventory * s->c[DELTA][i] - shares;
			cash -= traded * price, shares += traded;
		}
		pnl[i] = cash + inventory * mid + shares * price;
		held += labs(inventory);
	}
	return (Figures){pnl[n - 1], sharpe(pnl), fills, (double)held / n};
}

// What c2 keeps from run to run: columns of the market and of its thresholds, and of the run.
typedef struct {
	double *threshold, *change, *move, *perDelta, *perGamma, *perTheta, *perVega;
	double *width, *bid, *ask, *x, *held, *delta, *gamma, *vega, *theta, *shares, *error, *cash, *pnl, *optionFees, *hedgeCosts;
	int32_t *bids, *asks, *inventory, *bidSize, *askSize;
	int *fills;
	char *filled;
} Room;

static void begin(Room *r, const Seed *s, int attribution) {
	u128 state = s->state;
	double *const *c = s->c;
	for (int i = 0; i < 2 * n; i++) r->threshold[i] = log(2 * uniform(&state, s->increment));
	for (int i = 1; attribution && i < n; i++) {
		double moved = c[PRICE][i] - c[PRICE][i - 1];
		r->change[i] = c[MID][i] - c[MID][i - 1], r->move[i] = moved;
		r->perDelta[i] = c[DELTA][i - 1] * moved, r->perGamma[i] = c[GAMMA][i - 1] * moved * moved / 2;
		r->perTheta[i] = c[THETA][i - 1] * (c[YEARS][i - 1] - c[YEARS][i]), r->perVega[i] = 0;
	}
}

static int walk(Room *restrict r, const Seed *restrict s, const Point *restrict p) {
	const double *mid = s->c[MID], *score = s->c[SCORE], *price = s->c[PRICE];
	for (int i = 0; i < n; i++) r->width[i] = fmax(0.01, p->spread + 5 * s->c[VOL][i]);
	for (int i = 0; i < n; i++) {
		double shift = p->skew * score[i] * mid[i], half = r->width[i] / 2;
		r->bid[i] = mid[i] - half - shift, r->ask[i] = mid[i] + half + shift;
	}
	for (int i = 0; i < n; i++) r->x[i] = -(p->k * r->width[i]) / mid[i];
	for (int i = 0; i < n; i++) r->bids[i] = r->threshold[2 * i] < r->x[i], r->asks[i] = r->threshold[2 * i + 1] < r->x[i];
	for (int i = 0; i < n; i++) r->bidSize[i] = r->askSize[i] = 1;
	int count = 0;
	int32_t inventory = 0;
	for (int i = 0; i < n; i++) {
		inventory += r->bids[i] - r->asks[i];
		r->inventory[i] = inventory, r->held[i] = inventory;
		int filled = (r->bids[i] | r->asks[i]) != 0;
		r->filled[i] = filled, r->fills[count] = i, count += filled;
	}
	for (int i = 0; i < n; i++) r->delta[i] = r->held[i] * s->c[DELTA][i];
	for (int i = 0; i < n; i++) r->gamma[i] = r->held[i] * s->c[GAMMA][i];
	for (int i = 0; i < n; i++) r->vega[i] = r->held[i] * s->c[VEGA][i];
	for (int i = 0; i < n; i++) r->theta[i] = r->held[i] * s->c[THETA][i];
	double shares = 0;
	for (int i = 0; i < n; i++) shares = r->filled[i] ? -r->delta[i] : shares, r->shares[i] = shares;
	for (int i = 0; i < n; i++) r->error[i] = r->delta[i] + r->shares[i];
	double cash = 0, before = 0;
	for (int i = 0; i < n; i++) {
		cash += r->asks[i] * r->ask[i];
		cash -= r->bids[i] * r->bid[i];
		cash -= (r->shares[i] - before) * price[i], before = r->shares[i];
		r->cash[i] = cash, r->optionFees[i] = 0, r->hedgeCosts[i] = 0;
		r->pnl[i] = cash + r->held[i] * mid[i] + r->shares[i] * price[i];
	}
	return count;
}

static Figures four(const Room *r, int count) {
	long fills = 0, held = 0;
	for (int k = 0; k < count; k++) fills += r->bids[r->fills[k]] + r->asks[r->fills[k]];
	for (int i = 0; i < n; i++) held += abs(r->inventory[i]);
	return (Figures){r->pnl[n - 1], sharpe(r->pnl), fills, (double)held / n};
}

static Figures run(Room *restrict r, const Seed *restrict s, const Point *restrict p) {
	int count = walk(r, s, p);
	const double *mid = s->c[MID], *price = s->c[PRICE];
	double nothing = 0, contracts = 0, hedge = 0, inventory = 0, gamma = 0, theta = 0, vega = 0, delta = 0, hedged = 0, both = 0, turnover = 0;
	for (int i = 0; i < n; i++) nothing += (r->pnl[i] - r->pnl[i]) + ((r->ask[i] - r->bid[i]) - (r->ask[i] - r->bid[i]));
	for (int i = 0; i < n; i++) {
		double byDelta = contracts * r->perDelta[i], byHedge = hedge * r->move[i];
		inventory += contracts * r->change[i], gamma += contracts * r->perGamma[i];
		theta += contracts * r->perTheta[i], vega += contracts * r->perVega[i];
		delta += byDelta, hedged += byHedge, both += byDelta + byHedge;
		turnover += fabs(r->shares[i] - hedge) * price[i];
		contracts = r->held[i], hedge = r->shares[i];
	}
	double spread = 0, traded = 0, cash = 0;
	long fills = 0;
	for (int k = 0; k < count; k++) {
		int i = r->fills[k];
		double bids = r->bids[i], asks = r->asks[i], paid = bids * r->bid[i], received = asks * r->ask[i];
		spread += bids * (mid[i] - r->bid[i]) + asks * (r->ask[i] - mid[i]);
		traded += paid + received, cash -= paid - received, fills += r->bids[i] + r->asks[i];
	}
	static const int horizons[] = {1, 5, 30};
	double marked = 0;
	for (int h = 0; h < 3; h++) {
		double earned = 0;
		long marks = 0;
		for (int k = 0; k < count && r->fills[k] + horizons[h] < n; k++) {
			int i = r->fills[k];
			double later = mid[i + horizons[h]];
			marks += r->bids[i] + r->asks[i];
			earned += r->bids[i] * (later - r->bid[i]) + r->asks[i] * (r->ask[i] - later);
		}
		marked += marks ? earned / marks : 0;
	}
	double mean = (r->pnl[n - 1] - r->pnl[0]) / n, before = r->pnl[0], highest = 0, deepest = 0, steps = 0, vegas = 0, errors = 0;
	long net = 0, gross = 0;
	int32_t most = 0;
	for (int i = 0; i < n; i++) {
		int32_t held = abs(r->inventory[i]);
		net += r->inventory[i], gross += held, most = held > most ? held : most;
		vegas += r->vega[i] * r->vega[i], errors += r->error[i] * r->error[i];
		double now = r->pnl[i], d = now - before - mean;
		steps += d * d;
		if (now > highest) highest = now;
		else if (highest - now > deepest) deepest = highest - now;
		before = now;
	}
	kept = nothing + inventory + gamma + theta + vega + delta + hedged + both + turnover + spread + traded + cash + marked + deepest + vegas + errors + net + most;
	return (Figures){r->pnl[n - 1], mean / (sqrt(steps / (n - 1)) + 1e-12) * sqrt(252.0 * 390), fills, (double)gross / n};
}

static double *column(size_t length) { return calloc(length, sizeof(double)); }

int main(int arguments, char **argument) {
	if (arguments != 4) return fprintf(stderr, "kernel KIND INPUT REPETITIONS\n"), 2;
	FILE *input = fopen(argument[2], "rb");
	int64_t sizes[3];
	if (!input || fread(sizes, 8, 3, input) != 3) return fprintf(stderr, "cannot read %s\n", argument[2]), 1;
	int seeds = sizes[0], points = sizes[2];
	n = sizes[1];
	Seed *seed = calloc(seeds, sizeof *seed);
	Point *point = calloc(points, sizeof *point);
	for (int j = 0; j < seeds; j++) {
		uint64_t words[4];
		if (fread(words, 8, 4, input) != 4) return 1;
		seed[j].state = ((u128)words[0] << 64) | words[1], seed[j].increment = ((u128)words[2] << 64) | words[3];
		for (int c = 0; c < COLUMNS; c++)
			if (fread(seed[j].c[c] = column(n), 8, n, input) != (size_t)n) return 1;
	}
	if (fread(point, sizeof *point, points, input) != (size_t)points) return 1;
	Room room;
	for (double **c = &room.threshold; c <= &room.hedgeCosts; c++) *c = column(2 * n);
	for (int32_t **c = &room.bids; c <= &room.askSize; c++) *c = calloc(n, sizeof(int32_t));
	room.fills = calloc(n + 1, sizeof(int)), room.filled = calloc(n, 1);
	Figures *figures = calloc(seeds * points, sizeof *figures);
	double seconds = 0;
	int repetitions = atoi(argument[3]);
	for (int repetition = 0; repetition < repetitions; repetition++) {
		struct timespec from, to;
		clock_gettime(CLOCK_MONOTONIC, &from);
		for (int j = 0; j < seeds; j++) {
			if (strcmp(argument[1], "c1")) begin(&room, &seed[j], !strcmp(argument[1], "run"));
			for (int k = 0; k < points; k++) {
				Figures *f = &figures[j * points + k];
				if (!strcmp(argument[1], "c1")) *f = c1(&seed[j], &point[k], room.pnl);
				else if (!strcmp(argument[1], "walk")) *f = four(&room, walk(&room, &seed[j], &point[k]));
				else *f = run(&room, &seed[j], &point[k]);
			}
		}
		clock_gettime(CLOCK_MONOTONIC, &to);
		seconds += (to.tv_sec - from.tv_sec) + (to.tv_nsec - from.tv_nsec) * 1e-9;
	}
	printf("%.4f\n", seconds * 1e9 / ((double)repetitions * seeds * points * n));
	for (int k = 0; k < seeds * points; k++) printf("%.17g %.17g %ld %.17g\n", figures[k].pnl, figures[k].sharpe, figures[k].fills, figures[k].inventory);
	return 0;
}
