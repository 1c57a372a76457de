/** What a toxic is: its kinds with their attributes, and the values that are refused. */
import type { GoType } from './go-struct.ts';

/** `upstream` is client to server, `downstream` server to client. */
export type Direction = 'upstream' | 'downstream';

export type ToxicKind =
  | 'latency'
  | 'bandwidth'
  | 'slow_close'
  | 'timeout'
  | 'reset_peer'
  | 'slicer'
  | 'limit_data'
  | 'noop'
  | 'loss'
  | 'duplicate'
  | 'corrupt'
  | 'half_open'
  | 'accept_stall';

export type Protocol = 'tcp' | 'udp';

/** Whole numbers as Go's int64 has them: a bigint where a number would change the last digits. */
export type Attributes = Readonly<Record<string, number | bigint>>;

/** One toxic of a proxy. Toxicity and attributes change in place. */
export interface Toxic {
  readonly name: string;
  readonly kind: ToxicKind;
  readonly direction: Direction;
  /** The direction as it was written, which is how it is shown: `UPSTREAM`. */
  readonly stream: string;
  /** Share of connections that it hits: 0…1, but whatever number was given is kept. */
  toxicity: number;
  /** By name, in the order they are shown. */
  attributes: Attributes;
  /** An extension: how long after it was set, or this was, it is removed by itself, ms. */
  deadlineMs: number | null;
  /** An extension: the lease with which it ends. */
  readonly lease: string | null;
}

interface KindRow {
  /** Name of Go's type, which error messages quote. */
  readonly goType: string;
  /** Where it means something; both by default. */
  readonly only?: Protocol;
  readonly attributes: Readonly<Record<string, GoType>>;
}

/** Times in ms, `slicer.delay` in µs, `rate` in KB/s of 1,000 bytes, sizes in bytes. */
export const toxicKinds: Readonly<Record<ToxicKind, KindRow>> = {
  latency: { goType: 'LatencyToxic', attributes: { latency: 'int64', jitter: 'int64' } },
  bandwidth: { goType: 'BandwidthToxic', attributes: { rate: 'int64' } },
  slow_close: { goType: 'SlowCloseToxic', only: 'tcp', attributes: { delay: 'int64' } },
  timeout: { goType: 'TimeoutToxic', attributes: { timeout: 'int64' } },
  reset_peer: { goType: 'ResetToxic', only: 'tcp', attributes: { timeout: 'int64' } },
  slicer: {
    goType: 'SlicerToxic',
    only: 'tcp',
    attributes: { average_size: 'int', size_variation: 'int', delay: 'int' },
  },
  limit_data: { goType: 'LimitDataToxic', attributes: { bytes: 'int64' } },
  noop: { goType: 'NoopToxic', attributes: {} },
  // Extensions, of datagrams: Toxiproxy has no UDP.
  loss: { goType: 'LossToxic', only: 'udp', attributes: { percent: 'int64' } },
  duplicate: { goType: 'DuplicateToxic', only: 'udp', attributes: { percent: 'int64' } },
  corrupt: { goType: 'CorruptToxic', only: 'udp', attributes: { percent: 'int64' } },
  // Extensions, of connections.
  half_open: { goType: 'HalfOpenToxic', only: 'tcp', attributes: {} },
  accept_stall: { goType: 'AcceptStallToxic', only: 'tcp', attributes: {} },
};

/**
 * Why these attributes are refused, or null. Toxiproxy 2.12.0 takes them all and dies of some: a
 * negative rate, slices that vary by more than their size.
 */
export function wrongAttribute(kind: ToxicKind, attributes: Attributes): string | null {
  for (const [name, value] of Object.entries(attributes)) {
    if (value < 0) return `${name} is ${value}, wanted 0 or more`;
  }
  const percent = attributes['percent'] ?? 0;
  if (percent > 100) return `percent is ${percent}, wanted 0 to 100`;
  const size = attributes['average_size'] ?? 0;
  const variation = attributes['size_variation'] ?? 0;
  if (kind === 'slicer' && variation > size) {
    return `size_variation is ${variation}, wanted at most average_size, ${size}`;
  }
  return null;
}

/** Is it a kind of toxic that proxies of this protocol have? */
export function isToxicKind(text: string, protocol: Protocol): text is ToxicKind {
  if (!Object.hasOwn(toxicKinds, text)) return false;
  const { only = protocol } = toxicKinds[text as ToxicKind];
  return only === protocol;
}
