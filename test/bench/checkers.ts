/**
 * How fast the checkers are, in CPU seconds.
 *
 * Run alone: `npx tsx test/bench/checkers.ts`, or `node dist/test/bench/checkers.js`.
 */
import { fileURLToPath } from 'node:url';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import type { Model } from '../../harness/checkers/model.ts';
import { keyValueCells } from '../../harness/checkers/models/cells.ts';
import { keyValueStore } from '../../harness/checkers/models/key-value.ts';
import type { Op } from '../../harness/checkers/operations.ts';
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import { checkTransactions } from '../../harness/checkers/transactions/check.ts';
import { makeHistory } from './histories.ts';
import { makeTransactions } from './transactions.ts';

export interface CheckerFigure {
  readonly name: string;
  readonly verdict: string;
  readonly operations: number;
  readonly cpuMs: number;
  readonly operationsPerSecond: number;
}

/** The best of `rounds` of each: others may load the machine. */
export function benchCheckers(rounds = 3): CheckerFigure[] {
  const shape = {
    kind: 'register',
    values: 0,
    crashPermille: 0,
    isBroken: false,
    seed: 1,
  } as const;
  const long = makeHistory({ ...shape, clients: 10, operations: 100_000 });
  const wide = makeHistory({ ...shape, clients: 50, operations: 10_000, crashPermille: 10 });
  const few = makeHistory({
    ...shape,
    kind: 'cas-register',
    clients: 5,
    operations: 30_000,
    values: 5,
  });
  const texts = makeHistory({ ...shape, kind: 'key-value', clients: 50, operations: 2_000 });
  const linear = (ops: readonly Op[], model: Model) => (): string =>
    checkLinearizable(ops, model, { isExplained: false }).kind;
  const ops = makeTransactions({ count: 100_000, clients: 10, appendsMax: 100, seed: 1 });
  const transactions = tableOf(ops, [], 'list-append');
  return [
    best(
      'register, every value once, 10 clients',
      long.length,
      rounds,
      linear(long, keyValueCells()),
    ),
    best('the same with revisions', long.length, rounds, linear(versioned(long), keyValueCells())),
    best(
      'register, every value once, 50 clients, crashes',
      wide.length,
      rounds,
      linear(wide, keyValueCells()),
    ),
    best(
      'compare-and-set register, 5 values, 5 clients',
      few.length,
      rounds,
      linear(few, keyValueCells()),
    ),
    best(
      'texts with append and put, 50 clients',
      texts.length,
      rounds,
      linear(texts, keyValueStore('')),
    ),
    best(
      'list-append, at most 100 appends a key',
      transactions.rows,
      rounds,
      () => checkTransactions(transactions, 'strict-serializable').kind,
    ),
  ];
}

/** Numbers each value by its write, as a store would: values of `makeHistory` grow in order of calls. */
function versioned(ops: readonly Op[]): Op[] {
  const result = checkLinearizable(ops, keyValueCells());
  if (result.kind !== 'holds') throw new Error(`the history is ${result.kind}`);
  let revision = 0;
  const versions = new Map<number, number>();
  for (const op of [...result.certificate.orders.values()].flat()) {
    if (op.f !== 'read') revision += 1;
    versions.set(op.id, revision);
  }
  // Written out, for V8 to lay the fields out side by side: a spread with one more field is slower to read.
  return ops.map((op) => {
    const { id, process, f, key, input, output, call, ret, callUs, retUs } = op;
    const version = versions.get(id) ?? 0;
    return { id, process, f, key, input, output, call, ret, callUs, retUs, version };
  });
}

function best(
  name: string,
  operations: number,
  rounds: number,
  check: () => string,
): CheckerFigure {
  let cpuMs = Infinity;
  let verdict = '';
  for (let i = 0; i < rounds; i++) {
    const before = process.cpuUsage();
    verdict = check();
    cpuMs = Math.min(cpuMs, process.cpuUsage(before).user / 1_000);
  }
  return { name, verdict, operations, cpuMs, operationsPerSecond: (operations * 1_000) / cpuMs };
}

/** One line a figure. */
export function checkerLine(f: CheckerFigure): string {
  const perSecond = Math.round(f.operationsPerSecond).toLocaleString('en');
  return `${f.name}: ${f.operations.toLocaleString('en')} operations ${f.verdict} in ${f.cpuMs.toFixed(1)} ms, ${perSecond} a CPU second`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const f of benchCheckers()) console.log(checkerLine(f));
}
