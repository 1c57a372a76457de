import { checkTransactions } from '../../../harness/checkers/transactions/check.ts';
import { snapshotHistory, type SnapshotLoad } from '../../checkers/snapshot-database.ts';
import type { Demonstration } from './demonstration.ts';

/** The loads of PolySI's paper (VLDB 2023, section 5.2), each changed in one thing. */
const usual: SnapshotLoad = {
  sessions: 20,
  transactions: 100,
  operations: 15,
  keys: 10_000,
  readsPermille: 500,
  distribution: 'uniform',
};
const loads: readonly SnapshotLoad[] = [
  usual,
  ...[5, 10, 15, 25].map((sessions) => ({ ...usual, sessions })),
  ...[150, 200, 250].map((transactions) => ({ ...usual, transactions })),
  ...[5, 10, 20, 25, 30].map((operations) => ({ ...usual, operations })),
  ...[1_000, 2_000, 4_000, 6_000, 8_000].map((keys) => ({ ...usual, keys })),
  ...[250, 750].map((readsPermille) => ({ ...usual, readsPermille })),
  { ...usual, distribution: 'hot' },
  { ...usual, distribution: 'skewed' },
];
const cpuMsMax = 10_000;

export const snapshots: Demonstration = {
  says: 'snapshot isolation of registers at size: histories of 500 to 5,000 transactions, each decided within 10 CPU s',
  isLong: true,
  run({ say, seed }) {
    for (const load of loads) {
      const table = snapshotHistory(seed ?? 1, load);
      const before = process.cpuUsage();
      const { kind, reason } = checkTransactions(table, 'snapshot-isolation');
      const { user, system } = process.cpuUsage(before);
      const cpuMs = Math.round((user + system) / 1_000);
      const { sessions, operations, keys, readsPermille, distribution } = load;
      say(
        kind === 'holds' && cpuMs <= cpuMsMax,
        `snapshots: ${table.rows} transactions of ${operations} operations, ${sessions} sessions, ${keys} keys, ${readsPermille / 10} % reads, ${distribution}: ${kind} in ${(cpuMs / 1_000).toFixed(1)} CPU s`,
        reason,
      );
    }
  },
};
