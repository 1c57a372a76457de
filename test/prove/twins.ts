/** Checkers and their brute-force twins on very many small histories with crashes. */
import { electionTwins } from '../checkers/election-twins.ts';
import { barrierTwins } from '../checkers/barrier-twins.ts';
import { lockTwins } from '../checkers/lock-twins.ts';
import { memberTwins } from '../checkers/member-twins.ts';
import { modelTwins } from '../checkers/model-twins.ts';
import { onlineTwins } from '../checkers/online-twins.ts';
import { registrationTwins } from '../checkers/registration-twins.ts';
import { drawnTwins, honestTwins } from '../checkers/register-twins.ts';
import { searchTwins } from '../checkers/search-twins.ts';
import { sessionTwins } from '../checkers/session-twins.ts';
import { snapshotTwins } from '../checkers/snapshot-twins.ts';
import { tallyTwins } from '../checkers/tally-twins.ts';
import { repeatedTwins, transactionTwins } from '../checkers/transaction-twins.ts';
import type { Agreement } from '../checkers/twin.ts';
import { agreeOnWatches } from '../checkers/watch-twins.ts';

export interface TwinResult {
  readonly name: string;
  /** How many were legal and illegal; or, with its seed, the history on which they disagree. */
  readonly found: Agreement | string;
}

/** At least `cases` histories a model. */
export function* holdAgainstTwins(cases: number): Generator<TwinResult> {
  const all = {
    'register, drawn results': drawnTwins,
    'register, honest results': honestTwins,
    models: { ...modelTwins, watch: agreeOnWatches },
    'that count': tallyTwins,
    snapshots: snapshotTwins,
    transactions: transactionTwins,
    'values written again': repeatedTwins,
    'two searches': searchTwins,
    'the judge that stays': onlineTwins,
    sessions: sessionTwins,
    locks: lockTwins,
    barriers: barrierTwins,
    elections: electionTwins,
    registrations: registrationTwins,
    members: memberTwins,
  };
  for (const [group, twins] of Object.entries(all)) {
    for (const [name, agree] of Object.entries(twins)) {
      yield { name: `${group}, ${name}`, found: run(agree, cases) };
    }
  }
}

function run(agree: (cases: number) => Agreement, cases: number): Agreement | string {
  try {
    return agree(cases);
  } catch (error) {
    // A checker that breaks off on a history is as wrong as one that disagrees.
    return String(error);
  }
}
