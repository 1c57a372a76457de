/** What membership is for: somebody asks a member who is alive. */
import { z } from 'zod';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import { drawOperations } from '../draw.ts';
import type { OperationKind } from '../kind.ts';

const node = z.number().int().nonnegative();

/** Asks the node that its argument names, and no other; it answers with all whom it takes for alive. */
const whoIsAlive: OperationKind<number, readonly number[]> = {
  f: 'members',
  line: 'ask one member whom it takes for alive',
  input: node,
  output: z.array(node),
  describeInput: (asked) => `, asked of node ${asked}`,
  describeOutput: (alive) => `, alive: ${alive.join(', ')}`,
};

export const members: readonly OperationKind<unknown, unknown>[] = [whoIsAlive];

export interface MembersSpec {
  readonly clients: number;
  /** Questions of each. */
  readonly count: number;
  /** How many may be asked: nodes 0, 1, … */
  readonly servers: number;
  /** Mean pause between a client's questions, µs; drawn uniformly from 0 to twice this. */
  readonly pauseUs: number;
}

/** Each client asks one after the other, in an order of its own. */
export function membersOperations(draw: Prng, spec: MembersSpec): Operation[][] {
  const { clients, count, pauseUs, servers } = spec;
  return drawOperations(draw, { clients, count, pauseUs }, (d) => {
    return { f: 'members', key: 'all', value: d.below(servers) };
  });
}
