/**
 * What barriers are for: nobody goes on before all have come, and none is done before all have gone
 * (the double barrier of ZooKeeper's recipes).
 */
import { z } from 'zod';
import { assert } from '../../core/assert.ts';
import { formatDuration } from '../../core/duration.ts';
import { limits } from '../../core/limits.ts';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import type { OperationKind } from '../kind.ts';
import { Wait, type WaitInput, waitInput, type WaitOutput, waitOutput } from './wait.ts';

/** Who asks, and how many there are in all. */
const party = z.object({ party: z.string(), parties: z.number().int().positive() });
type Party = z.infer<typeof party>;

const enter: OperationKind<Party, boolean> = {
  f: 'enter-barrier',
  line: 'come to a barrier; it answers whether all have come. Who asks again is counted once',
  input: party,
  output: z.boolean(),
  describeInput: (who) => ` as ${who.party}, one of ${who.parties}`,
  describeOutput: (isOpen) => (isOpen ? ', all have come' : ', others have to come'),
};

const leave: OperationKind<Party, boolean> = {
  f: 'leave-barrier',
  line: 'go from a barrier; it answers whether all have gone',
  input: party,
  output: z.boolean(),
  describeInput: (who) => ` as ${who.party}, one of ${who.parties}`,
  describeOutput: (isLeft) => (isLeft ? ', all have gone' : ', others have to go'),
};

const wait: OperationKind<WaitInput, WaitOutput> = {
  f: 'await-barrier',
  line: 'come to a barrier or go from it, again and again until all have',
  input: waitInput,
  output: waitOutput,
  asks: ({ phase }) => [`${phase}-barrier`],
  drive: (context) => new Wait(context),
  describeInput: (i) => ` to ${i.phase} as ${i.party}, for ${formatDuration(i.forUs)} at most`,
  describeOutput: ({ isPassed }) => (isPassed ? ', all have' : ', not all have'),
};

export const barrier: readonly OperationKind<unknown, unknown>[] = [enter, leave, wait] as never;

export interface BarrierSpec {
  readonly clients: number;
  /** Who meets at a barrier: so many clients each, the first ones at the first. Left-over clients are idle. */
  readonly parties: number;
  /** Rounds of each client, each at a barrier of its own: come, wait, ask again; go, wait, ask again. */
  readonly count: number;
  /** Mean pause between a client's rounds, µs; drawn uniformly from 0 to twice this. */
  readonly pauseUs: number;
  /** Mean pause between the operations of a round, µs, drawn likewise. */
  readonly holdUs: number;
  /** Whoever has waited so long for the others goes on without them, µs. */
  readonly waitUs: number;
  /** Between two questions of who waits, µs. */
  readonly pollUs: number;
}

/** Barriers `b0/0`, `b0/1` and so on, one after the other; parties `p0`, `p1`, … */
export function barrierOperations(draw: Prng, spec: BarrierSpec): Operation[][] {
  const { clients, parties, count, pauseUs, holdUs, waitUs, pollUs } = spec;
  assert(clients * count * steps <= limits.operationsMax, 'too many operations', { ...spec });
  const groups = Math.floor(clients / parties);
  return Array.from({ length: clients }, (_, client) => {
    const group = Math.floor(client / parties);
    if (group >= groups) return [];
    const d = draw.fork(`client-${client}`);
    const after = (meanUs: number): number => d.below(2 * meanUs + 1);
    const who = { party: `p${client}`, parties };
    return Array.from({ length: count }, (_r, round): Operation[] => {
      const key = `b${group}/${round}`;
      const first = (round * clients + client) * steps;
      return (['enter', 'leave'] as const).flatMap((phase, p): Operation[] => {
        const id = first + (p * steps) / 2;
        const f = `${phase}-barrier`;
        const waiting = { ...who, phase, forUs: waitUs, pollUs };
        return [
          { id, afterUs: after(p === 0 ? pauseUs : holdUs), f, key, value: who },
          { id: id + 1, afterUs: after(holdUs), f: 'await-barrier', key, value: waiting },
          { id: id + 2, afterUs: after(holdUs), f, key, value: who },
        ];
      });
    }).flat();
  });
}

const steps = 6;
