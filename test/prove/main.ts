/**
 * `npm run prove`: the long demonstrations, each line with its figure and ok or FAILED; ends with 1
 * when one failed. With names (`npm run prove -- mutants`) only those.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { allScenarios } from '../../harness/cli/scenarios.ts';
import { wordsOf } from '../../harness/cli/system-flags.ts';
import { builtIns } from '../../harness/cli/systems.ts';
import { openEngine } from '../../harness/containers/engine.ts';
import { containers } from '../../harness/containers/environment.ts';
import { processes } from '../../harness/processes/environment.ts';
import type { Scenario } from '../../harness/core/scenario.ts';
import { report } from '../theory/report.ts';
import { proveReport } from './page.ts';
import { traceHashes, traceHashesInChild } from './hashes.ts';
import { showAnomalies } from './anomalies.ts';
import { enginesOfNode, hashesOn, realRunsOn } from './engines.ts';
import { proveFollow } from './follow.ts';
import { csvOf, drawn, frontier } from './frontier.ts';
import { homes } from './homes.ts';
import { drawKill, type Kill, leftAfter } from './kills.ts';
import { lasting } from './lasting/lasting.ts';
import { madeBy } from './made-by.ts';
import { fatesOf } from './mutations/mutations.ts';
import { provePairs } from './pairs.ts';
import { proveProducts } from './products.ts';
import { profiles } from './profiles.ts';
import { falseAlarms, firstCatch, scenarioOf, stepsLeft } from './runs.ts';
import { holdAgainstTwins } from './twins.ts';

const seedsMax = 200;
/** More unknown runs than this share prove too little. */
const unknownShareMax = 0.01;

const demonstrations: Readonly<Record<string, () => void | Promise<void>>> = {
  // Over 10,000 runs together.
  alarms: () => profiles.forEach((p) => quiet(p, 550)),
  scenarios: () => allScenarios.forEach((s) => quiet(s, 200)),
  mutants,
  determinism,
  theory,
  twins,
};

/** Run when they are named: they need more of the machine than itself. */
const onRequest: Readonly<Record<string, () => Promise<void>>> = {
  kills,
  pairs,
  engines,
  lasting: () => lasting(say),
  products,
  anomalies,
  // `--minutes N`, 60 unless told.
  follow: () => proveFollow(say, Number(values.minutes ?? 60)),
  report: () => proveReport(say),
  mutations,
  frontier: breakers,
};

/** The correct node: no promise of any kind alarms, hardly a run proves nothing, and runs repeat exactly. */
function quiet(scenario: Scenario, runs: number): void {
  const { violated, unknown, repeated, different } = falseAlarms(scenario, runs);
  const isOk = violated.length + different.length === 0 && unknown.length <= runs * unknownShareMax;
  const which = [...violated, ...different.map((seed) => `${seed} differs`)].slice(0, 5);
  say(
    isOk,
    `correct node, ${scenario.name}, ${runs} seeds: ${violated.length} violations, ${unknown.length} unknown, ${repeated.length} run twice, ${different.length} differ`,
    which.length === 0 ? '' : `seeds ${which.join(', ')}`,
  );
}

function mutants(): void {
  for (const [mutant, { scenario, invariant }] of Object.entries(homes)) {
    const before = process.cpuUsage();
    const found = firstCatch(scenarioOf(scenario), mutant, seedsMax);
    const { user, system } = process.cpuUsage(before);
    const spent = `${((user + system) / 1e6).toFixed(1)} CPU s`;
    if (found === null) {
      say(false, `mutant ${mutant}, ${scenario}: not caught within ${seedsMax} seeds`, spent);
      continue;
    }
    const steps = stepsLeft(found);
    say(
      found.invariant === invariant,
      `mutant ${mutant}, ${scenario}: seed ${found.seed}, ${found.invariant}, ${steps} steps`,
      spent,
    );
  }
}

/** Each sample twice here, and in two other processes: without the optimiser, with a tiny nursery. */
function determinism(): void {
  const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
  for (const { name } of allScenarios) {
    const few = name === 'mixed-faults' ? seeds : seeds.slice(0, 3);
    const first = JSON.stringify(traceHashes(name, few));
    const others = {
      'the same process': () => traceHashes(name, few),
      '--no-opt': () => traceHashesInChild(name, few, ['--no-opt']),
      '--max-semi-space-size=1': () => traceHashesInChild(name, few, ['--max-semi-space-size=1']),
    };
    for (const [how, again] of Object.entries(others)) {
      say(JSON.stringify(again()) === first, `same hash, ${name}, ${few.length} seeds: ${how}`);
    }
  }
}

function theory(): void {
  for (const l of report(true)) {
    const figure = `${l.measured.toFixed(2)} ${l.unit}`;
    say(
      l.measured >= l.low && l.measured <= l.high,
      `${l.what}: ${figure}`,
      `accepted ${l.low.toFixed(2)} to ${l.high.toFixed(2)}`,
    );
  }
}

/** Minutes: each history is judged by trying all orders as well. */
function twins(): void {
  const cases = 100_000;
  for (const { name, found } of holdAgainstTwins(cases)) {
    const isAgreed = typeof found !== 'string';
    const detail = isAgreed ? `${found.legal} legal, ${found.illegal} illegal` : found;
    say(isAgreed, `brute-force twin, ${name}, ${cases} histories: agreement`, detail);
  }
}

/** Real processes and, where an engine answers, containers; half of the kills take the watchdog as well. */
async function kills(): Promise<void> {
  const seed = randomInt(2 ** 32);
  const engine = await openEngine().catch(() => null);
  if (engine === null) say(false, 'kills, containers: no engine answers');
  for (const [environment, kills] of Object.entries({
    processes: count ?? 60,
    containers: Math.ceil((count ?? 60) / 3),
  })) {
    if (environment === 'containers' && engine === null) continue;
    const left: string[] = [];
    for (let i = 0; i < kills; i++) {
      const kill = drawKill(environment as Kill['environment'], seed, i);
      const found = await leftAfter(kill, (pid) => (engine ? madeBy(engine, pid) : none));
      left.push(...found.map((what) => `kill ${i}: ${what}`));
    }
    say(
      left.length === 0,
      `kills, ${environment}, seed ${seed}: ${kills}, left behind ${left.length}`,
      left.slice(0, 5).join('; '),
    );
  }
}

const none = Promise.resolve([]);

/** Some ten minutes each, on an idle machine; `--count 50`: so many pairs of kinds. */
async function pairs(): Promise<void> {
  const engine = await openEngine().catch(() => null);
  if (engine === null) say(false, 'pairs of faults, containers: no engine answers');
  const environments = engine === null ? [processes()] : [processes(), containers()];
  for (const environment of environments) {
    const found = await provePairs(environment, count ?? Infinity);
    const which = [...found.wrong, ...found.untold.map((pair) => JSON.stringify(pair))];
    say(
      which.length === 0,
      `pairs of faults, ${environment.name}: ${found.pairs}, ${found.wrong.length} wrong, ${found.untold.length} untold`,
      which.slice(0, 5).join('; '),
    );
  }
}

/** A quarter of an hour on two idle cores. */
async function engines(): Promise<void> {
  const seeds = count ?? 20;
  const all = enginesOfNode();
  // On both processors at once; each process is a fresh one.
  const hashes = await Promise.all(all.map((engine) => hashesOn(engine, seeds)));
  const [own, ...others] = all;
  const [expected = {}, ...founds] = hashes;
  for (const [k, engine] of others.entries()) {
    const found = founds[k] ?? {};
    const different = Object.entries(expected).flatMap(([scenario, hashes]) =>
      hashes.flatMap((h, i) => (h === found[scenario]?.[i] ? [] : `${scenario} seed ${i + 1}`)),
    );
    const scenarios = Object.keys(expected).length;
    say(
      different.length === 0 && scenarios > 0,
      `same hashes, ${engine.name} as ${own?.name}: ${scenarios} scenarios, ${seeds} seeds, ${different.length} differ`,
      different.slice(0, 5).join(', '),
    );
  }
  // Without a compiler Node has no WebAssembly, and so no fetch: the simulation alone runs there.
  for (const engine of all.filter((e) => e.flags.length === 0)) {
    const broken = await realRunsOn(engine);
    say(
      broken.length === 0,
      `own TypeScript and runs in processes, ${engine.name}`,
      broken.join('; '),
    );
  }
}

/** `--count 20 --operations 5000 --product etcd`: of each installed product its suite, so many times. */
async function products(): Promise<void> {
  const operations = Number(values.operations ?? 5_000);
  const wanted = { count: count ?? 1, operations, products: values.product ?? [] };
  for await (const { product, suites, missing } of proveProducts(wanted)) {
    if (missing !== null) say(false, `products, ${product}: not run`, missing);
    for (const [suite, t] of suites) {
      // In real time a run may prove too little, on a busy machine above all.
      const isOk = t.violated.length + t.skipped.length === 0 && t.unknown.length * 10 <= t.runs;
      say(
        isOk,
        `products, ${product}, ${suite}: ${t.runs} runs, ${t.operations} operations, ${t.violated.length} false alarms, ${t.known.length} known, ${t.unknown.length} unknown`,
        [...t.violated, ...t.known, ...t.skipped, ...t.unknown].slice(0, 3).join('; '),
      );
    }
  }
}

/** `--count 5`: so many runs of each breaker, ours, opossum's and cockatiel's; a picture, and the figures as CSV. */
async function breakers(): Promise<void> {
  const rows = await frontier(count ?? 3);
  for (const line of [...drawn(rows), '', csvOf(rows)]) console.log(line);
  const own = rows.filter((r) => r.breaker === 'antlion' && r.isOnFrontier).length;
  say(own > 0, `frontier of breakers: ${rows.length} settings, ${own} of ours on it`);
}

/**
 * `--count 200 --seed 7`: small bugs made by machine, some 15 s of CPU each. What went another way
 * and broke no promise is listed, to be read by a person: some of it is harmless.
 */
async function mutations(): Promise<void> {
  const fates = { caught: 0, unnoticed: 0, 'no-effect': 0 };
  const seed = Number(values.seed ?? 1);
  for await (const [m, fate] of fatesOf({ count: count ?? 100, seed, seeds: 2 })) {
    fates[fate.kind]++;
    const how = fate.kind === 'caught' ? `${fate.scenario}, seed ${fate.seed}, ${fate.by}` : '';
    say(true, `mutation ${m.file}:${m.line}, ${m.what}: ${fate.kind}`, how);
  }
  const { caught, unnoticed } = fates;
  say(
    caught > unnoticed,
    `mutations, seed ${seed}: ${caught} caught, ${unnoticed} unnoticed, ${fates['no-effect']} without effect`,
  );
}

/**
 * `--product etcd --scenario lock`: everything that is listed as known to break, shown again; writes the
 * page that tells of it. Releases that have to be made first are left out, and named.
 */
async function anomalies(): Promise<void> {
  const asked = { products: values.product ?? [], scenario: values.scenario ?? null };
  for await (const shown of showAnomalies(asked)) {
    if ('missing' in shown) {
      say(false, `anomaly of ${shown.anomaly.scenario}: not shown`, shown.missing);
      continue;
    }
    const { product, anomaly, tries, steps, safe } = shown;
    const flags = wordsOf({ ...anomaly.flags });
    // A run that proved too little on a busy machine is no violation.
    const isOk = steps !== null && !/violated/.test(safe ?? '');
    const found = steps === null ? 'not shown' : `shown in ${steps} steps`;
    say(
      isOk,
      `anomaly of ${[product, ...flags].join(' ')}, ${anomaly.scenario}, ${anomaly.breaks}: ${tries} tries, ${found}`,
      safe === null ? '' : `without it: ${safe}`,
    );
  }
}

function say(isOk: boolean, what: string, detail = ''): void {
  if (!isOk) process.exitCode = 1;
  process.stdout.write(`${isOk ? 'ok    ' : 'FAILED'} ${what}${detail && `  (${detail})`}\n`);
}

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    minutes: { type: 'string' },
    operations: { type: 'string' },
    seed: { type: 'string' },
    product: { type: 'string', multiple: true },
    scenario: { type: 'string' },
  },
});
/** `--count 5`: so many kills of processes or seeds an engine, instead of what is usual. */
const count = values.count === undefined ? undefined : Number(values.count);
const all = { ...demonstrations, ...onRequest };
const strange = (values.product ?? []).filter((name) => !builtIns.some((m) => m.name === name));
const unknownNames = wanted.filter((name) => all[name] === undefined);
if (count !== undefined && !(Number.isInteger(count) && count > 0)) {
  process.stderr.write(`count is ${values.count}, wanted a whole number from 1\n`);
  process.exitCode = 64;
} else if (strange.length > 0) {
  const known = builtIns.map((m) => m.name).join(', ');
  process.stderr.write(`no product ${strange.join(', ')}, wanted some of ${known}\n`);
  process.exitCode = 64;
} else if (unknownNames.length > 0) {
  const known = Object.keys(all).join(', ');
  process.stderr.write(`no demonstration ${unknownNames.join(', ')}, wanted some of ${known}\n`);
  process.exitCode = 64;
} else {
  const names = wanted.length === 0 ? Object.keys(demonstrations) : wanted;
  for (const name of names) await all[name]?.();
}
