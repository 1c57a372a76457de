/** The numbers of tables that place keys on instances. */
import { HarnessError } from '../../harness/core/errors.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export const tableKinds = ['ring', 'rendezvous', 'jump', 'maglev', 'ecmp'] as const;

export type TableKind = (typeof tableKinds)[number];

export interface HashConfig {
  /**
   * - `ring`: points on a circle (Karger and others, 1997). Any instance may go; log(n·v) a lookup.
   * - `rendezvous`: the highest of n scores (Thaler and Ravishankar, 1996). Spread evenly; n a lookup.
   * - `jump`: numbered buckets (Lamping and Veach, 2014). No memory, log n; only the last bucket may go.
   * - `maglev`: a lookup table (Eisenbud and others, 2016). Spread evenly, 1 a lookup; a few keys more than
   *   needed move with each change.
   * - `ecmp`: flows by hash-threshold, as routers split them (RFC 2992): n equal regions of all hashes. No memory, 1 a
   *   lookup; between a quarter and half of all keys move with each change.
   */
  readonly table: TableKind;
  /**
   * Points of each instance on the ring, 1 or more. Its share varies by about 1/√v of the average: 10 % at 100, and
   * more points cost memory and log time. Source: 100 (W1).
   */
  readonly virtualNodes: number;
  /**
   * Entries of Maglev's table, a prime of 100 × the instances or more: shares differ by 1 % at most then. More:
   * fewer keys move needlessly, and a table takes longer to fill. Source: 65,537.
   */
  readonly tableSize: number;
  /**
   * No instance has more calls out than this many thousandths of the average, whoever owns their keys: the next one
   * in order takes them (Mirrokni, Thorup and Zadimoghaddam, 2016). Less: more even, and more calls leave
   * the instance that knows their key. 0: no bound.
   */
  readonly boundPermille: number;
  /**
   * A caller remembers where it sent the calls of so many keys, and sends those that come there, for as long as that
   * instance is listed: the connection table beside Maglev's (section 3.3 of the paper). More: more memory; fewer: of
   * keys that are forgotten some move. 0: none.
   */
  readonly connectionsMax: number;
}

const usual: HashConfig = {
  table: 'ring',
  virtualNodes: 100,
  tableSize: 65_537,
  boundPermille: 0,
  connectionsMax: 0,
};

/** Null where the story (`extra.hashing`) asks for none: then keys mean nothing to a balancer. Throws E_CONFIG. */
export function hashingOf(settings: Settings): HashConfig | null {
  const config = extraOf(settings, 'hashing', usual);
  if (config === null || (tableKinds.includes(config.table) && config.virtualNodes > 0)) {
    return config;
  }
  throw new HarnessError(
    'E_CONFIG',
    `hashing is ${JSON.stringify(config)}, wanted a table of ${tableKinds.join(', ')} and virtualNodes of 1 or more.`,
  );
}
