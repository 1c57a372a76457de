/**
 * `npm run bench`: the figures that the simulation and the shrinker are to reach, on one core, in CPU
 * seconds. It reports, and ends with 0 whatever the figures are: a shared machine is no judge.
 * With names (`npm run bench -- swim`) only the parts that contain one of them.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { toxiproxyVersion } from '../../harness/containers/binaries.ts';
import { benchCheckers } from './checkers.ts';
import { benchCluster } from './cluster.ts';
import { benchEngine } from './engine.ts';
import { benchFlags } from './flags.ts';
import { benchMillion, benchMillionCommand } from './million.ts';
import { benchLoad } from './load.ts';
import { benchNodes } from './nodes.ts';
import { comparePorcupine, disagreements, summary } from './porcupine.ts';
import { shrinkConsensus, shrinkFullNode } from './shrinking.ts';
import { benchProxy } from './proxy.ts';
import type { ShrunkPlan } from './shrinking.ts';
import { benchSwim } from './swim.ts';

/** One row of the table. */
interface Figure {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
  /** At least (`min`) or at most (`max`) this; absent: for information. */
  readonly floor?: { readonly min: number } | { readonly max: number };
}

const plans = 21;

const parts: Readonly<Record<string, () => Figure[] | Promise<Figure[]>>> = {
  engine,
  swim,
  cluster,
  nodes,
  load,
  checkers,
  flags,
  million,
  porcupine,
  proxy,
  'shrink-consensus': () => shrinking('consensus alone', shrinkConsensus(plans), 6, 15),
  'shrink-full': () => shrinking('full node', shrinkFullNode(plans), 8, 60),
};

function flags(): Figure[] {
  const name = 'a flag with ten segments, evaluated';
  return [{ name, figure: benchFlags(), unit: 'CPU µs', floor: { max: 5 } }];
}

function engine(): Figure[] {
  return benchEngine().map((f, i) => ({
    name: f.name,
    figure: f.eventsPerSecond / 1e6,
    unit: 'M events/CPU s',
    ...(i === 0 && { floor: { min: 5 } }),
  }));
}

function swim(): Figure[] {
  const floors: Readonly<Record<number, number>> = { 1_000: 60, 10_000: 5 };
  return [100, 1_000, 10_000].flatMap((nodes) => {
    const b = benchSwim(nodes);
    const min = floors[nodes];
    const name = `SWIM, ${nodes} nodes, 60 s, 10 crashes`;
    const speed: Figure = {
      name,
      figure: b.timesRealTime,
      unit: '× real time',
      ...(min !== undefined && { floor: { min } }),
    };
    const memory: Figure = {
      name: `${name}: memory`,
      figure: b.rssMib,
      unit: 'MiB RSS',
      ...(nodes === 10_000 && { floor: { max: 1_024 } }),
    };
    return [speed, memory];
  });
}

function cluster(): Figure[] {
  const b = benchCluster();
  const name = 'full cluster, 5 nodes, faults, 10 operations/s';
  return [
    { name, figure: b.minutesPerCpuSecond, unit: 'simulated min/CPU s', floor: { min: 20 } },
    { name: `${name}: an event`, figure: b.nanosecondsPerEvent, unit: 'ns' },
  ];
}

function nodes(): Figure[] {
  return [100, 300, 1_000, 2_000].flatMap((n) => {
    const b = benchNodes(n);
    const isAim = n === 1_000;
    const name = `${n.toLocaleString('en')} whole nodes, 60 s`;
    return [
      { name, figure: b.cpuSeconds, unit: 'CPU s', ...(isAim && { floor: { max: 15 } }) },
      {
        name: `${name}: memory`,
        figure: b.rssMib,
        unit: 'MiB RSS',
        ...(isAim && { floor: { max: 1_024 } }),
      },
      { name: `${name}: a node`, figure: (b.cpuSeconds / n) * 1e3, unit: 'CPU ms' },
      { name: `${name}: history`, figure: b.events / n, unit: 'events a node' },
    ];
  });
}

function load(): Figure[] {
  const seconds = 60;
  const b = benchLoad({ perSecond: 500_000, seconds, instances: 40, togetherUs: 1_000 });
  const name = '500,000 requests/s, 60 s, 40 instances';
  // What is compiled by now is not counted against those that are sent by themselves.
  const alone = benchLoad({ perSecond: 4_000, seconds: 5, instances: 2 });
  const us = (of: typeof b): number => (of.cpuSeconds * 1e6) / of.requests;
  return [
    { name, figure: b.cpuSeconds, unit: 'CPU s', floor: { max: seconds } },
    { name: `${name}: memory`, figure: b.rssMib, unit: 'MiB RSS', floor: { max: 1_024 } },
    { name: `${name}: answered`, figure: (b.ok * 100) / b.requests, unit: '%' },
    { name: 'a request among those that are sent together', figure: us(b), unit: 'CPU µs' },
    { name: 'a request that is sent by itself', figure: us(alone), unit: 'CPU µs' },
    { name: 'ratio', figure: us(alone) / us(b), unit: 'times' },
  ];
}

function checkers(): Figure[] {
  return benchCheckers().map((f) => ({
    name: `check ${f.operations.toLocaleString('en')}: ${f.name} (${f.verdict})`,
    figure: f.cpuMs,
    unit: 'CPU ms',
  }));
}

function million(): Figure[] {
  const b = benchMillion();
  const name = `check 1,000,000: list-append, at most 100 appends a key (${b.verdict})`;
  const c = benchMillionCommand();
  const command = `antlion check, the same in a file of ${c.fileMib.toFixed(0)} MiB (${c.verdict})`;
  return [
    { name, figure: b.cpuSeconds, unit: 'CPU s', floor: { max: 10 } },
    { name: `${name}: memory`, figure: b.rssMib, unit: 'MiB RSS' },
    { name: command, figure: c.cpuSeconds, unit: 'CPU s', floor: { max: 10 } },
    { name: `${command}: memory`, figure: c.rssMib, unit: 'MiB RSS', floor: { max: 2_048 } },
    { name: `${command}: wall`, figure: c.wallSeconds, unit: 's' },
    { name: `${command}: the check alone`, figure: c.checkSeconds, unit: 's' },
  ];
}

/**
 * Summed over the histories that take Porcupine longer than 1 ms. It gets 5 s for each, so that this
 * ends within minutes; with the 60 s of `npx tsx test/bench/porcupine.ts 30000 60` the sum grows.
 */
function porcupine(): Figure[] {
  const all = comparePorcupine({ operationsMax: 10_000, limitSeconds: 5 });
  if (all === null) {
    process.stdout.write('Porcupine is left out: no go, or its module cannot be fetched.\n');
    return [];
  }
  const s = summary(all);
  return [
    {
      name: `linearizability of ${s.compared} histories, against Porcupine`,
      figure: s.timesFaster,
      unit: 'times faster',
      floor: { min: 30 },
    },
    {
      name: 'the one of these where Porcupine is best',
      figure: s.slowest,
      unit: 'times slower',
      floor: { max: 2 },
    },
    { name: 'decided where Porcupine gave up', figure: s.onlyOurs, unit: 'histories' },
    { name: 'not decided within 2,000,000 steps', figure: s.undecided, unit: 'histories' },
    {
      name: 'decided otherwise than Porcupine did',
      figure: disagreements(all).length,
      unit: 'histories',
      floor: { max: 0 },
    },
  ];
}

/** Ours against the real Toxiproxy, both with the same client and server, in one run. */
async function proxy(): Promise<Figure[]> {
  const all = await benchProxy(5);
  if (all === null) {
    process.stdout.write('Toxiproxy is left out: no go, or its module cannot be fetched.\n');
    return [];
  }
  return all.flatMap(({ name, unit, direct, theirs, ours, ratio }) => [
    { name: `proxy: ${name}: ours to Toxiproxy's`, figure: ratio, unit: '×', floor: { min: 1 } },
    { name: `  direct`, figure: direct, unit },
    { name: `  Toxiproxy ${toxiproxyVersion}`, figure: theirs, unit },
    { name: `  ours`, figure: ours, unit },
  ]);
}

function shrinking(
  what: string,
  shrunk: readonly ShrunkPlan[],
  stepsMax: number,
  secondsMax: number,
): Figure[] {
  const name = `shrinking ${shrunk.length} plans of 40 faults, ${what}`;
  const steps = shrunk.map((s) => s.faults + s.operations);
  return [
    { name, figure: median(steps), unit: 'steps, median', floor: { max: stepsMax } },
    { name: `${name}: worst`, figure: Math.max(...steps), unit: 'steps' },
    {
      name: `${name}: faults`,
      figure: median(shrunk.map((s) => s.faults)),
      unit: 'faults, median',
    },
    {
      name: `${name}: longest`,
      figure: Math.max(...shrunk.map((s) => s.cpuSeconds)),
      unit: 'CPU s',
      floor: { max: secondsMax },
    },
  ];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function line(f: Figure): string {
  const figure = f.figure.toLocaleString('en', { maximumFractionDigits: f.figure < 100 ? 2 : 0 });
  const floor = floorOf(f);
  return `${f.name.padEnd(66)} ${figure.padStart(9)} ${f.unit.padEnd(20)} ${floor}`.trimEnd();
}

function floorOf(f: Figure): string {
  if (f.floor === undefined) return '';
  const isMin = 'min' in f.floor;
  const bound = 'min' in f.floor ? f.floor.min : f.floor.max;
  const isReached = isMin ? f.figure >= bound : f.figure <= bound;
  return (
    `${isMin ? '≥' : '≤'} ${bound.toLocaleString('en')}`.padEnd(9) + (isReached ? 'ok' : 'below')
  );
}

const wanted = process.argv.slice(2);
const chosen = Object.entries(parts).filter(
  ([name]) => wanted.length === 0 || wanted.some((w) => name.includes(w)),
);
for (const [name, measure] of chosen) {
  if (chosen.length === 1) for (const f of await measure()) process.stdout.write(`${line(f)}\n`);
  // A process for each part: what one left behind must not weigh on the next.
  else execFileSync(process.execPath, [fileURLToPath(import.meta.url), name], { stdio: 'inherit' });
}
