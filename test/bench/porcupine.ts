/**
 * The same histories checked by antlion and by Porcupine 1.3.1, on one core, in one run: published ones
 * and generated ones of 5 to 50 clients. Needs `go`; without it says so.
 *
 * Run alone: `npx tsx test/bench/porcupine.ts [operations of the longest generated one] [seconds that
 * Porcupine gets for one]`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import { keyValueCells } from '../../harness/checkers/models/cells.ts';
import { keyValueStore } from '../../harness/checkers/models/key-value.ts';
import { never, type Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { makeHistory } from './histories.ts';

interface Sample {
  readonly name: string;
  readonly ops: readonly Op[];
  /** Otherwise it is a register. */
  readonly isText: boolean;
  readonly initial: Json;
}

export interface Comparison {
  readonly name: string;
  readonly operations: number;
  readonly verdict: string;
  /** `Ok`, `Illegal`, or `Unknown` at its limit of time. */
  readonly theirs: string;
  readonly oursMs: number;
  readonly theirsMs: number;
}

export interface ComparisonOptions {
  /** Of the longest generated history. */
  readonly operationsMax: number;
  /** A history on which Porcupine takes longer counts as this long. */
  readonly limitSeconds: number;
}

/**
 * One history after another, each told to `onEach` as soon as it was checked. Null when there is no
 * `go`, or it cannot get Porcupine.
 */
export function comparePorcupine(
  options: ComparisonOptions,
  onEach: (c: Comparison) => void = () => undefined,
): Comparison[] | null {
  // Compiled code lies elsewhere; scripts of a package run in its root.
  const source = join('test', 'bench', 'porcupine');
  const folder = mkdtempSync(join(tmpdir(), 'antlion-porcupine-'));
  try {
    const program = join(folder, 'porcupine');
    try {
      execFileSync('go', ['build', '-o', program, '.'], { cwd: source, stdio: 'pipe' });
    } catch {
      return null;
    }
    const samples = [...publishedSamples(source), ...generatedSamples(options.operationsMax)];
    // Without the clock first: the compiler has to see the code, as Go's did.
    for (let round = 0; round < 20; round++) {
      for (const s of samples) if (round === 0 || s.ops.length < 500) ours(s);
    }
    const file = join(folder, 'history.jsonl');
    return samples.map((s) => {
      writeFileSync(file, jsonLines(s.ops));
      const other = theirs(program, `${JSON.stringify(s.initial)}=${file}`, options.limitSeconds);
      const compared = { ...ours(s), ...other, name: s.name, operations: s.ops.length };
      onEach(compared);
      return compared;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A process for each, so that what one took of memory is not missing to the next. */
function theirs(
  program: string,
  history: string,
  limitSeconds: number,
): { theirs: string; theirsMs: number } {
  const limit = { LIMIT_SECONDS: String(limitSeconds) };
  const env = { ...process.env, GOMAXPROCS: '1', ...limit };
  const out = execFileSync(program, [history], { env, encoding: 'utf8' });
  const { verdict, ms } = JSON.parse(out) as { verdict: string; ms: number };
  return { theirs: verdict, theirsMs: ms };
}

/** As `main.go` has it. */
const runsMin = 5;
const repeatForMs = 50;

function ours(s: Sample): { verdict: string; oursMs: number } {
  let oursMs = Infinity;
  let verdict = '';
  const begun = performance.now();
  for (let run = 0; run < runsMin || performance.now() - begun < repeatForMs; run++) {
    const start = process.hrtime.bigint();
    const model = s.isText ? keyValueStore(s.initial) : keyValueCells(s.initial);
    verdict = checkLinearizable(s.ops, model, { isExplained: false }).kind;
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    oursMs = Math.min(oursMs, ms);
    if (ms > 100) break;
  }
  return { verdict, oursMs };
}

/** Porcupine's own test data, from the module's folder, and what lies beside the repository. */
function publishedSamples(source: string): Sample[] {
  const args = ['list', '-m', '-f', '{{.Dir}}', 'github.com/anishathalye/porcupine'];
  const data = join(
    execFileSync('go', args, { cwd: source, encoding: 'utf8' }).trim(),
    'test_data',
  );
  const etcd = readdirSync(join(data, 'jepsen')).map((file): Sample => {
    const text = readFileSync(join(data, 'jepsen', file), 'utf8');
    return { name: file, ops: readLog(text, file), isText: false, initial: null };
  });

  const kv = readdirSync(join(data, 'kv')).map((file): Sample => {
    const { ops } = readJepsen(readFileSync(join(data, 'kv', file), 'utf8'), 'edn', file);
    return { name: file, ops, isText: true, initial: '' };
  });
  return [...etcd, ...kv, ...knossosSamples()].filter((s) => s.ops.length > 0);
}

/** None where the folder is absent. */
function knossosSamples(): Sample[] {
  const folder = join('..', 'shared', 'histories', 'knossos', 'cas-register');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.edn'))
    .sort()
    .map((file) => {
      const { ops } = readJepsen(readFileSync(join(folder, file), 'utf8'), 'edn', file);
      return { name: `knossos ${file}`, ops, isText: false, initial: 0 };
    });
}

/** A log of Jepsen's etcd test: `INFO  jepsen.util - 4 :invoke :cas [1 2]`. */
function readLog(text: string, file: string): readonly Op[] {
  const lines = [...text.matchAll(/^INFO\s+jepsen\.util\s+-\s+(\d+)\s+:(\w+)\s+:(\w+)\s+(.*)$/gm)];
  const events = lines.map(([, process, type, f, value = 'nil']) => {
    const json = value.startsWith(':') || value === 'nil' ? 'null' : value.replace(' ', ',');
    return `{"process":${process},"type":"${type}","f":"${f}","value":${json}}`;
  });
  return readJepsen(events.join('\n'), 'jsonl', file).ops;
}

function generatedSamples(operationsMax: number): Sample[] {
  const samples: Sample[] = [];
  let seed = 1;
  for (const { kind, values } of objects) {
    for (const clients of [5, 10, 50]) {
      for (const operations of [100, 1_000, 10_000, 30_000]) {
        for (const crashPermille of [0, 20]) {
          for (const isBroken of [false, true]) {
            if (operations > operationsMax) continue;
            const shape = { kind, values, clients, operations, crashPermille, isBroken };
            const of = values === 0 ? 'unique' : values;
            const name = `${kind}, ${of} values, ${clients} clients, ${operations}${crashPermille > 0 ? ', crashes' : ''}${isBroken ? ', a lie' : ''}`;
            const ops = makeHistory({ ...shape, seed: seed++ });
            const isText = kind === 'key-value';
            samples.push({ name, ops, isText, initial: isText ? '' : null });
          }
        }
      }
    }
  }
  return samples;
}

/** 0: every value is written once. */
const objects = [
  { kind: 'register', values: 0 },
  { kind: 'register', values: 5 },
  { kind: 'cas-register', values: 0 },
  { kind: 'cas-register', values: 5 },
  { kind: 'key-value', values: 0 },
] as const;

function jsonLines(ops: readonly Op[]): string {
  const events = ops.flatMap((op) => {
    // A process of its own for each: one that goes on after an open operation would seem to end it.
    const { id: process, f, key } = op;
    const invoke = { at: op.call, text: { process, type: 'invoke', f, key, value: op.input } };
    if (op.ret === never) return [invoke];
    return [invoke, { at: op.ret, text: { process, type: 'ok', f, key, value: op.output } }];
  });
  events.sort((a, b) => a.at - b.at);
  return events.map((e) => `${JSON.stringify(e.text)}\n`).join('');
}

/** Over those that take Porcupine more than 1 ms. */
export function summary(all: readonly Comparison[]): {
  readonly compared: number;
  readonly timesFaster: number;
  /** How much longer than Porcupine on the one where it is most. */
  readonly slowest: number;
  /** Decided here, and where Porcupine gave up. */
  readonly onlyOurs: number;
  readonly undecided: number;
} {
  const above = all.filter((c) => c.theirsMs > 1);
  const sum = (of: (c: Comparison) => number): number => above.reduce((s, c) => s + of(c), 0);
  const isOnlyOurs = (c: Comparison): boolean => c.verdict !== 'unknown' && c.theirs === 'Unknown';
  return {
    compared: above.length,
    timesFaster: sum((c) => c.theirsMs) / sum((c) => c.oursMs),
    slowest: Math.max(...above.map((c) => c.oursMs / c.theirsMs)),
    onlyOurs: above.filter(isOnlyOurs).length,
    undecided: all.filter((c) => c.verdict === 'unknown').length,
  };
}

/** Those on which both decided, and differ. */
export function disagreements(all: readonly Comparison[]): readonly Comparison[] {
  const meaning: Readonly<Record<string, string>> = { Ok: 'holds', Illegal: 'violated' };
  return all.filter(
    (c) => c.verdict !== 'unknown' && c.theirs !== 'Unknown' && meaning[c.theirs] !== c.verdict,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [operationsMax, limitSeconds] = process.argv.slice(2).map(Number);
  const options = { operationsMax: operationsMax ?? 1_000, limitSeconds: limitSeconds ?? 60 };
  const all = comparePorcupine(options, (c) => {
    const ratio = c.theirsMs / c.oursMs;
    console.log(
      `${c.name}: ${c.operations} operations, ${c.verdict} in ${c.oursMs.toFixed(3)} ms; Porcupine ${c.theirs} in ${c.theirsMs.toFixed(3)} ms, ${ratio.toFixed(1)} times`,
    );
  });
  if (all === null) console.log('Porcupine is left out: no go, or its module cannot be fetched.');
  else console.log(summary(all), disagreements(all));
}
