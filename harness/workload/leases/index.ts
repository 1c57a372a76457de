/** Leases that keys go with: granted, renewed, given back; the keys of one end together. */
import { z } from 'zod';
import { formatDuration } from '../../core/duration.ts';
import type { Json } from '../../core/host.ts';
import { anyJson, type Ended, type Lesson, type OperationKind, show } from '../kind.ts';

const lease = z.number().int().nonnegative();
const memory = 'leases';

const grant: OperationKind<{ readonly ttlUs: number }, number> = {
  f: 'grant',
  line: 'get a lease for keys; it answers with its number',
  input: z.object({ ttlUs: z.number().int().positive() }),
  output: lease,
  memory,
  forgetsFirst: true,
  learns: (ended) => (ended.type === 'ok' ? { last: ended.output } : null),
  describeInput: ({ ttlUs }) => ` for ${formatDuration(ttlUs)}`,
};

interface Leased {
  readonly lease: number | null;
  readonly values: Readonly<Record<string, Json>>;
}

/** `$last` is the lease that this client was granted last under the same name. */
const writeLeased: OperationKind<Leased, Json> = {
  f: 'write-leased',
  line: 'write several keys that go with a lease',
  input: z.object({ lease: lease.nullable(), values: z.record(z.string(), anyJson) }),
  output: anyJson,
  memory,
  namesKeys: true,
  describeInput: ({ values, lease: of }) => ` ${show(values)}, with lease ${of}`,
};

const renewKeys: OperationKind<number | null, Json> = {
  f: 'renew-keys',
  line: 'renew the lease of keys',
  input: lease.nullable(),
  output: anyJson,
  memory,
  learns: gone,
  describeInput: (of) => ` lease ${of}`,
};

const revoke: OperationKind<number | null, Json> = {
  f: 'revoke',
  line: 'end the lease of keys, and with it the keys',
  input: lease.nullable(),
  output: anyJson,
  memory,
  learns: gone,
  describeInput: (of) => ` lease ${of}`,
};

/** A lease that was refused has ended. */
function gone(ended: Ended<Json>): Lesson {
  return ended.type === 'fail' ? { last: null } : null;
}

export const leases: readonly OperationKind<unknown, unknown>[] = [
  grant as OperationKind<unknown, unknown>,
  writeLeased as OperationKind<unknown, unknown>,
  renewKeys as OperationKind<unknown, unknown>,
  revoke as OperationKind<unknown, unknown>,
];
