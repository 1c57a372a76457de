import { checkTransactions } from '../../../harness/checkers/transactions/check.ts';
import { tableOf } from '../../../harness/checkers/transactions/table/from-operations.ts';
import { repeatedTransactions } from '../repeated.ts';
import type { Demonstration } from './demonstration.ts';

const cpuMsMax = 5_000;

export const repeated: Demonstration = {
  says: 'values that come again, --count 100000: transactions of 50 clients on 1,000 keys with 20 values, each decided within 5 CPU s',
  isLong: true,
  run({ say, seed, count }) {
    const shape = { count: count ?? 100_000, clients: 50, keys: 1_000, values: 20 };
    for (const kind of ['list-append', 'rw-register'] as const) {
      const ops = repeatedTransactions({ ...shape, kind, seed: seed ?? 1 });
      for (const level of ['strict-serializable', 'serializable', 'snapshot-isolation'] as const) {
        const table = tableOf(ops, [], kind);
        const before = process.cpuUsage();
        const { kind: verdict, reason } = checkTransactions(table, level);
        const { user, system } = process.cpuUsage(before);
        const cpuMs = (user + system) / 1_000;
        say(
          verdict === 'holds' && cpuMs <= cpuMsMax,
          `repeated: ${ops.length} transactions, ${kind}, ${level}: ${verdict} in ${(cpuMs / 1_000).toFixed(1)} CPU s`,
          reason,
        );
      }
    }
  },
};
