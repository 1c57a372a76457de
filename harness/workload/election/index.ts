/** What elections are for: campaign, stay in office, ask who leads, resign. */
import { z } from 'zod';
import { assert } from '../../core/assert.ts';
import { formatDuration } from '../../core/duration.ts';
import { limits } from '../../core/limits.ts';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import type { OperationKind } from '../kind.ts';

/** Terms grow from one leader to the next, as tokens of a lock do. */
const term = z.number().int();
/** As it is sent: null after a campaign that was lost, which the system refuses at once. */
const ownTerm = term.nullable();

const campaign: OperationKind<{ readonly ttlUs: number }, number> = {
  f: 'campaign',
  line: 'stand for election; won, it is the leader of a new term for a lease',
  input: z.object({ ttlUs: z.number().int().positive() }),
  output: term,
  describeInput: ({ ttlUs }) => ` for ${formatDuration(ttlUs)}`,
  describeOutput: (won) => `, leads in term ${won}`,
  memory: 'terms',
  forgetsFirst: true,
  learns: (ended) => (ended.type === 'ok' ? { last: ended.output } : null),
};

/** Starts the lease of the term anew. A refusal teaches nothing: its holder may not have understood it. */
const renewTerm: OperationKind<number | null, unknown> = {
  f: 'renew-term',
  line: 'start the lease of a term anew',
  input: ownTerm,
  output: z.unknown(),
  describeInput: (own) => ` ${own}`,
  memory: 'terms',
};

const resign: OperationKind<number | null, unknown> = {
  f: 'resign',
  line: 'end a term before its lease does',
  input: ownTerm,
  output: z.unknown(),
  describeInput: (own) => ` term ${own}`,
  memory: 'terms',
};

const leader: OperationKind<null, number | null> = {
  f: 'leader',
  line: 'ask in which term somebody leads',
  input: z.null(),
  output: ownTerm,
  describeInput: () => '',
  describeOutput: (told) => (told === null ? ', nobody leads' : `, term ${told}`),
};

export const election: readonly OperationKind<unknown, unknown>[] = [
  campaign,
  renewTerm,
  resign,
  leader,
];

export interface ElectionSpec {
  readonly clients: number;
  /** Rounds of each client: campaign, renew `renewals` times, be silent, ask who leads, resign. */
  readonly count: number;
  readonly elections: number;
  readonly renewals: number;
  /** Lease of a term, µs as it runs here. */
  readonly ttlUs: number;
  /** Mean pause between a client's rounds, µs; drawn uniformly from 0 to twice this. */
  readonly pauseUs: number;
  /** Mean pause between the operations of a round, µs, drawn likewise. */
  readonly holdUs: number;
}

/** Rounds for election `e0`, and so on. After a campaign that was lost its round only asks who leads. */
export function electionOperations(draw: Prng, spec: ElectionSpec): Operation[][] {
  const perRound = spec.renewals + 3;
  const inAll = spec.clients * spec.count * perRound;
  assert(inAll <= limits.operationsMax, 'too many operations', { ...spec });
  return Array.from({ length: spec.clients }, (_, client) => {
    const d = draw.fork(`client-${client}`);
    const pause = (meanUs: number): number => d.below(2 * meanUs + 1);
    return Array.from({ length: spec.count }, (_r, round) => {
      const key = `e${d.below(spec.elections)}`;
      const first = (round * spec.clients + client) * perRound;
      const parts: Pick<Operation, 'f' | 'value'>[] = [
        { f: 'campaign', value: { ttlUs: spec.ttlUs } },
        ...Array.from({ length: spec.renewals }, () => ({ f: 'renew-term', value: '$last' })),
        { f: 'leader', value: null },
        { f: 'resign', value: '$last' },
      ];
      return parts.map((part, i): Operation => {
        // Whoever leads may be silent for most of its lease, and is still to be told of.
        const isSilent = part.f === 'leader';
        const afterUs = isSilent
          ? d.below(spec.ttlUs)
          : pause(i === 0 ? spec.pauseUs : spec.holdUs);
        return { id: first + i, afterUs, key, ...part };
      });
    }).flat();
  });
}
