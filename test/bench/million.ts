/** A million list-append transactions, checked in a fresh process, so that its memory is its own. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import { checkTransactions } from '../../harness/checkers/transactions/check.ts';
import { makeTransactions } from './transactions.ts';

export interface MillionBench {
  readonly verdict: string;
  readonly cpuSeconds: number;
  /** With the history itself. */
  readonly rssMib: number;
}

export function benchMillion(): MillionBench {
  const self = fileURLToPath(import.meta.url);
  const out = execFileSync(process.execPath, [...process.execArgv, self, 'measure']);
  return JSON.parse(out.toString('utf8')) as MillionBench;
}

function measure(): MillionBench {
  const ops = makeTransactions({ count: 1_000_000, clients: 10, appendsMax: 100, seed: 1 });
  const before = process.cpuUsage();
  const { kind: verdict } = checkTransactions(
    tableOf(ops, [], 'list-append'),
    'strict-serializable',
  );
  const { user, system } = process.cpuUsage(before);
  const rssMib = process.resourceUsage().maxRSS / 1_024;
  return { verdict, cpuSeconds: (user + system) / 1e6, rssMib };
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === 'measure') {
  process.stdout.write(JSON.stringify(measure()));
}
