/**
 * The one description of a program that came from outside: in a token, a regression, a counterexample's
 * file. It takes what the types of `core/program.ts` say, to the letter, and nothing else.
 */
import { z } from 'zod';
import type { Fault } from '../core/fault.ts';
import type { Program } from '../core/program.ts';
import { seedMax } from '../core/prng.ts';

const us = z.int().min(0);
const node = z.int().min(0);

const nodes = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('node'), node }),
  z.strictObject({ of: z.literal('nodes'), nodes: z.array(node) }),
  z.strictObject({ of: z.enum(['leader', 'follower', 'followers', 'minority', 'majority']) }),
  z.strictObject({ of: z.literal('role'), role: z.string() }),
  z.strictObject({ of: z.literal('service'), service: z.string() }),
  z.strictObject({ of: z.literal('zone'), zone: z.string() }),
  z.strictObject({ of: z.enum(['servers', 'clients', 'everyone']) }),
]);
const links = z.strictObject({ from: nodes, to: nodes, bothWays: z.boolean() });
const interval = { atUs: us, untilUs: us };

const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('partition'),
    ...interval,
    links,
    mode: z.enum(['drop', 'stall', 'refuse']),
  }),
  z.strictObject({ kind: z.literal('latency'), ...interval, links, delayUs: us, jitterUs: us }),
  z.strictObject({
    kind: z.enum(['loss', 'duplicate', 'reorder']),
    ...interval,
    links,
    permille: z.int().min(0).max(1000),
  }),
  z.strictObject({ kind: z.literal('bandwidth'), ...interval, links, rate: z.number().min(1) }),
  z.strictObject({ kind: z.literal('crash'), ...interval, nodes }),
  z.strictObject({ kind: z.literal('pause'), ...interval, nodes }),
  z.strictObject({
    kind: z.literal('clock'),
    ...interval,
    nodes,
    jumpUs: z.int(),
    driftPpm: z.number(),
  }),
  z.strictObject({ kind: z.literal('disk'), ...interval, nodes, delayUs: us }),
]);

export const programSchema = z.strictObject({
  scenario: z.string(),
  shape: z.strictObject({
    nodes: z.array(
      z.strictObject({
        name: z.string(),
        role: z.string(),
        zone: z.string(),
        service: z.string().exactOptional(),
        calls: z.array(z.string()).exactOptional(),
      }),
    ),
    clients: z.int().min(0),
  }),
  faults: z.array(fault),
  clients: z.array(
    z.array(
      z.strictObject({
        id: z.int().min(0),
        afterUs: us,
        f: z.string(),
        key: z.string(),
        value: z.json(),
      }),
    ),
  ),
  durationUs: us,
  noiseSeed: z.int().min(0).max(seedMax),
  settings: z.strictObject({
    policyDivisor: z.number().positive(),
    deadlineUs: us,
    mutant: z.string().nullable(),
    extra: z.record(z.string(), z.json()),
  }),
}) satisfies z.ZodType<Program>;

/** Does not compile when a kind of fault is missing above. */
type Missing = Exclude<Fault['kind'], z.infer<typeof fault>['kind']>;
const isComplete: [Missing] extends [never] ? true : Missing = true;
void isComplete;
