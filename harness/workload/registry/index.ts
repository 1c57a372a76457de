/** What a registry is for: instances register, renew and leave; clients look up who is there. */
import { z } from 'zod';
import { assert } from '../../core/assert.ts';
import { formatDuration } from '../../core/duration.ts';
import { limits } from '../../core/limits.ts';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import { drawOperations } from '../draw.ts';
import { sideBySide } from '../join.ts';
import type { OperationKind } from '../kind.ts';

interface Registration {
  readonly instance: string;
  readonly ttlUs: number;
}

/** What the registry gave for it, by which it is renewed and ended: a lease, a session. */
const registration = z.number().int();
/** Null after a registration that was refused: what needs it is refused as well. */
const ownRegistration = registration.nullable();

const register: OperationKind<Registration, number> = {
  f: 'register',
  line: 'add an instance of a service for a lease',
  input: z.object({ instance: z.string().min(1), ttlUs: z.number().int().positive() }),
  output: registration,
  describeInput: ({ instance, ttlUs }) => `: ${instance} for ${formatDuration(ttlUs)}`,
  describeOutput: (given) => ` as ${given}`,
  memory: 'registrations',
  forgetsFirst: true,
  learns: (ended) => (ended.type === 'ok' ? { last: ended.output } : null),
};

const renew: OperationKind<number | null, unknown> = {
  f: 'renew',
  line: 'start the lease of a registration anew',
  input: ownRegistration,
  output: z.unknown(),
  describeInput: (own) => ` ${own}`,
  memory: 'registrations',
};

const deregister: OperationKind<number | null, unknown> = {
  f: 'deregister',
  line: 'take an instance out of the registry',
  input: ownRegistration,
  output: z.unknown(),
  describeInput: (own) => ` ${own}`,
  memory: 'registrations',
};

const discover: OperationKind<null, readonly string[]> = {
  f: 'discover',
  line: 'ask which instances of a service there are',
  input: z.null(),
  output: z.array(z.string()),
  describeInput: () => '',
  describeOutput: (found) => `, found ${found.length === 0 ? 'nobody' : found.join(', ')}`,
};

export const registry: readonly OperationKind<unknown, unknown>[] = [
  register,
  renew,
  deregister,
  discover,
];

export interface RegistrySpec {
  /** Clients that register an instance each, `i0`, `i1` …, again and again. */
  readonly instances: number;
  /** Clients that only look. */
  readonly seekers: number;
  /** Rounds of each instance. */
  readonly count: number;
  /** Renewals in a round. */
  readonly renewals: number;
  /** Look-ups of each seeker. */
  readonly lookups: number;
  readonly services: number;
  /** Lease of a registration, µs as it runs here. */
  readonly ttlUs: number;
  /** Mean pause between an instance's operations, µs; drawn uniformly from 0 to twice this. */
  readonly holdUs: number;
  /** The same between a seeker's look-ups. */
  readonly pauseUs: number;
}

/**
 * Instances of `s0`, and so on: a round registers, renews, and then leaves, or falls silent for longer than
 * its lease, as one does that was killed. Seekers look all the time.
 */
export function registryOperations(draw: Prng, spec: RegistrySpec): Operation[][] {
  const perRound = spec.renewals + 2;
  const inAll = spec.instances * spec.count * perRound + spec.seekers * spec.lookups;
  assert(inAll <= limits.operationsMax, 'too many operations', { ...spec });
  const instances = Array.from({ length: spec.instances }, (_, i) =>
    Array.from({ length: spec.count }, (_r, round) =>
      roundOf(draw.fork(`instance-${i}-${round}`), `i${i}`, spec),
    ).flat(),
  );
  const { seekers: clients, lookups: count, pauseUs } = spec;
  const seekers = drawOperations(draw.fork('seekers'), { clients, count, pauseUs }, (d) => {
    return { f: 'discover', key: `s${d.below(spec.services)}`, value: null };
  });
  return sideBySide(instances, seekers);
}

function roundOf(d: Prng, instance: string, spec: RegistrySpec): Operation[] {
  const key = `s${d.below(spec.services)}`;
  const isSilent = d.below(2) === 0;
  const parts: Pick<Operation, 'f' | 'value'>[] = [
    { f: 'register', value: { instance, ttlUs: spec.ttlUs } },
    ...Array.from({ length: spec.renewals }, () => ({ f: 'renew', value: '$last' })),
    isSilent ? { f: 'discover', value: null } : { f: 'deregister', value: '$last' },
  ];
  return parts.map((part, i): Operation => {
    const silentUs = isSilent && i === parts.length - 1 ? 3 * spec.ttlUs : 0;
    return { id: 0, afterUs: silentUs + d.below(2 * spec.holdUs + 1), key, ...part };
  });
}
