/**
 * Results against theory: each line a formula or a published figure, what we measured, and the band
 * that we accept. `npx tsx test/theory/report.ts` prints all; the test runs what is quick.
 */
import { fileURLToPath } from 'node:url';
import { Prng } from '../../harness/core/prng.ts';
import { measureDetection } from './detection.ts';
import { measureDissemination } from './dissemination.ts';
import { measureElections, type ElectionOptions } from './elections.ts';
import { pushGossipFormula, pushGossipRounds, type PushGossip } from './push-gossip.ts';

export interface TheoryLine {
  readonly what: string;
  /** The formula's value or the published figure, in words. */
  readonly theory: string;
  readonly measured: number;
  readonly unit: 'rounds' | 's' | 'ms';
  /** Accepted, both included. */
  readonly low: number;
  readonly high: number;
}

/** All measurements; `isFull` adds those at 10,000 nodes (about half a minute of one core). */
export function report(isFull: boolean): TheoryLine[] {
  return [
    ...gossipLines(),
    ...detectionLines(),
    ...disseminationLines(1_000, { most: [0.45, 0.8], all: [0.5, 0.95] }),
    ...(isFull ? disseminationLines(10_000, { most: [0.6, 1], all: [0.8, 1.4] }) : []),
    ...electionLines(),
  ];
}

const gossipTrials = 200;

/** The formulas leave out a constant: 1.2 at fan-out 1, 0.9 at 3. */
function gossipLines(): TheoryLine[] {
  const cases: PushGossip[] = [
    { members: 1_000, fanout: 1, lossPermille: 0 },
    { members: 10_000, fanout: 1, lossPermille: 0 },
    { members: 10_000, fanout: 1, lossPermille: 100 },
    { members: 1_000, fanout: 3, lossPermille: 0 },
    { members: 10_000, fanout: 3, lossPermille: 0 },
    { members: 10_000, fanout: 3, lossPermille: 100 },
    { members: 10_000, fanout: 3, lossPermille: 300 },
  ];
  return cases.map((g) => {
    const draw = new Prng(g.members + g.fanout + g.lossPermille);
    let sum = 0;
    for (let i = 0; i < gossipTrials; i++) sum += pushGossipRounds(draw, g);
    const formula = pushGossipFormula(g);
    const [constant, slack] = g.fanout === 1 ? [1.2, 0.3] : [0.9, 0.2];
    return {
      what: `push gossip, n = ${g.members}, F = ${g.fanout}, loss ${g.lossPermille / 10} %`,
      theory: `${formula.toFixed(2)} + ${constant}`,
      measured: sum / gossipTrials,
      unit: 'rounds',
      low: formula + constant - slack,
      high: formula + constant + slack,
    };
  });
}

function detectionLines(): TheoryLine[] {
  const d = measureDetection({ nodes: 500, runs: 16, crashesPerRun: 25 });
  return [
    {
      what: `SWIM, crash to first probe, ${d.crashes} crashes`,
      theory: '1.0 period of 1 s',
      measured: d.firstProbeUs / 1_000_000,
      unit: 's',
      low: 0.9,
      high: 1.1,
    },
    {
      what: 'SWIM, crash to first suspicion',
      theory: '1.9–2.0 periods of 1 s',
      measured: d.firstSuspicionUs / 1_000_000,
      unit: 's',
      low: 1.8,
      high: 2.1,
    },
  ];
}

type Band = readonly [low: number, high: number];

function disseminationLines(nodes: number, bands: { most: Band; all: Band }): TheoryLine[] {
  const d = measureDissemination(nodes, 1);
  const what = `SWIM, first “dead” to`;
  const where = `n = ${nodes}, ${d.deaths} deaths`;
  return [
    {
      what: `${what} 99 %, ${where}`,
      theory: `${bands.most[0]}–${bands.most[1]} s`,
      measured: d.mostUs / 1_000_000,
      unit: 's',
      low: bands.most[0],
      high: bands.most[1],
    },
    {
      what: `${what} all, ${where}`,
      theory: `${bands.all[0]}–${bands.all[1]} s`,
      measured: d.allUs / 1_000_000,
      unit: 's',
      low: bands.all[0],
      high: bands.all[1],
    },
  ];
}

interface ElectionCase {
  readonly timeout: Band;
  readonly statistic: 'median' | 'mean' | 'worst' | 'p99';
  readonly theory: string;
  readonly band: Band;
}

/** Figure 16 of the Raft paper; the last two are its advice, under the same network. */
const electionCases: readonly ElectionCase[] = [
  { timeout: [150, 155], statistic: 'median', theory: 'paper: 287 ms', band: [240, 360] },
  { timeout: [150, 200], statistic: 'worst', theory: 'paper: 513 ms', band: [200, 800] },
  { timeout: [12, 24], statistic: 'mean', theory: 'paper: 35 ms', band: [25, 36] },
  { timeout: [12, 24], statistic: 'worst', theory: 'paper: 152 ms', band: [36, 220] },
  { timeout: [150, 300], statistic: 'median', theory: '160–170 ms', band: [150, 190] },
  { timeout: [150, 300], statistic: 'p99', theory: 'below 400 ms', band: [190, 400] },
];

function electionLines(): TheoryLine[] {
  return electionCases.map(({ timeout: [min, max], statistic, theory, band }) => {
    const o: ElectionOptions = {
      trials: 1_000,
      timeoutMinUs: min * 1_000,
      timeoutMaxUs: max * 1_000,
      isPreVoting: false,
    };
    const sorted = measureElections(o);
    return {
      what: `Raft election, ${min}–${max} ms, ${statistic} of ${o.trials}`,
      theory,
      measured: statisticOf(sorted, statistic) / 1_000,
      unit: 'ms',
      low: band[0],
      high: band[1],
    };
  });
}

function statisticOf(sorted: readonly number[], statistic: ElectionCase['statistic']): number {
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  switch (statistic) {
    case 'median':
      return at(0.5);
    case 'p99':
      return at(0.99);
    case 'worst':
      return at(1);
    case 'mean':
      return sorted.reduce((sum, us) => sum + us, 0) / sorted.length;
  }
}

function print(lines: readonly TheoryLine[]): string {
  const width = Math.max(...lines.map((l) => l.what.length));
  return lines
    .map((l) => {
      const isIn = l.measured >= l.low && l.measured <= l.high;
      const band = `${l.low.toFixed(2)} to ${l.high.toFixed(2)}`;
      const measured = `${l.measured.toFixed(2)} ${l.unit}`;
      return `${isIn ? 'ok  ' : 'OUT '} ${l.what.padEnd(width)}  ${l.theory.padEnd(22)}  ${measured.padStart(12)}  accepted ${band}`;
    })
    .join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${print(report(true))}\n`);
}
