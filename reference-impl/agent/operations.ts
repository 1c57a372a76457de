/**
 * What can be asked of an agent by a call: the operations of a workload, and questions of people.
 *
 * Each is answered once, by an `Outcome`: `fail` only when it surely did not happen, `info` when
 * nobody knows.
 */
import type { Call, Json, NodeId } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { WatchRequest } from '../../harness/core/watch.ts';
import type { Timing } from '../config.ts';
import type { StoreAnswer, StoreOp } from '../store/protocol.ts';
import { problemWith } from '../store/validate.ts';
import type { Caller } from './caller.ts';
import type { ConfigCopy } from './config-copy.ts';
import type { Discovery } from './discovery.ts';
import type { EvidenceBook } from './evidence-book.ts';
import type { Io } from './io.ts';
import { lockOp, lockOperationNames } from './lock-operations.ts';
import type { CallResult } from './protocol.ts';
import type { Registrar } from './registrar.ts';
import type { DemoService } from './service.ts';
import type { StoreClient } from './store-client.ts';
import type { Watches } from './watches.ts';

/** Operations of a workload. */
export const operationNames = [
  'read',
  'read-stale',
  'write',
  'cas',
  'delete',
  'write-all',
  'watch',
  'register',
  'deregister',
  'lookup',
  'request',
  ...lockOperationNames,
] as const;

/** The error of what was not begun because too much is under way: try again later. */
export const busy = 'busy: too many requests in flight';

interface OperationParts {
  readonly client: StoreClient;
  readonly registrar: Registrar;
  readonly discovery: Discovery;
  readonly caller: Caller;
  readonly demo: DemoService;
  readonly book: EvidenceBook;
  readonly config: ConfigCopy;
  readonly watches: Watches;
}

export class Operations {
  private readonly io: Io;
  private readonly parts: OperationParts;
  private readonly o: { readonly deadlineUs: number; readonly timing: Timing };

  constructor(
    io: Io,
    parts: OperationParts,
    options: { readonly deadlineUs: number; readonly timing: Timing },
  ) {
    this.io = io;
    this.parts = parts;
    this.o = options;
  }

  begin(c: Call): void {
    const told = this.question(c.f);
    if (told !== undefined) return this.reply(c, { type: 'ok', value: told });
    if (c.f === 'request') return this.request(c);
    if (c.f === 'watch') return this.watch(c);
    const deadlineUs = this.io.nowUs + this.o.deadlineUs;
    const { client, registrar } = this.parts;
    if (!client.hasRoomForCalls) return this.refuse(c, busy);
    const answered = (answer: StoreAnswer | null, node: NodeId): void =>
      this.reply(c, outcomeOf(c, answer, node));
    if (c.f === 'register') return registrar.registerFor(c.key, deadlineUs, answered);
    if (c.f === 'deregister') {
      if (registrar.deregister(c.key, deadlineUs, answered)) return;
      return this.refuse(c, 'not registered');
    }
    const op = storeOp(c, client.seen);
    if (op === null) return this.refuse(c, 'unknown operation or bad argument');
    // Here, before a network of JSON makes another value of it.
    const problem = problemWith(op);
    if (problem !== null) return this.refuse(c, `bad-request: ${problem}`);
    client.request(op, deadlineUs, answered);
  }

  /** What this agent knows, answered at once from memory; undefined when it is no question. */
  private question(f: string): Json | undefined {
    const { book, discovery, config, demo, caller } = this.parts;
    switch (f) {
      case 'evidence':
        return book.inForce() as unknown as Json;
      case 'services':
        return discovery.entries() as unknown as Json;
      case 'config':
        return config.entries();
      case 'decisions':
        return caller.decisions() as unknown as Json;
      case 'status':
        return demo.counts();
      default:
        return undefined;
    }
  }

  private request(c: Call): void {
    const { deadlineUs, timing } = this.o;
    const endUs = this.io.nowUs + Math.min(deadlineUs, timing.callUs);
    this.parts.caller.call(c.key, endUs, (r) => this.reply(c, requestOutcome(r)));
  }

  private watch(c: Call): void {
    const { watches } = this.parts;
    const request = watchRequest(c.value);
    if (request === null) return this.refuse(c, 'unknown operation or bad argument');
    if (!watches.hasRoom) return this.refuse(c, 'too many watches');
    watches.begin(c.key, request, (outcome) => this.reply(c, outcome));
  }

  private refuse(c: Call, error: string): void {
    this.reply(c, { type: 'fail', error });
  }

  private reply(c: Call, outcome: Outcome): void {
    this.io.reply(c.id, outcome as unknown as Json);
  }
}

/** Null where there is none; `seen` is the newest revision that the session knows of. */
function storeOp(c: Call, seen: number): StoreOp | null {
  switch (c.f) {
    case 'read-stale':
      return { f: 'read-stale', key: c.key, seen };
    case 'read':
    case 'delete':
      return { f: c.f, key: c.key };
    case 'write':
      return { f: 'write', key: c.key, value: c.value };
    case 'write-all':
      return isRecord(c.value) ? { f: 'write-all', values: c.value } : null;
    case 'cas': {
      if (!Array.isArray(c.value) || c.value.length !== 2) return null;
      const [from, to] = c.value as [Json, Json];
      return { f: 'cas', key: c.key, from, to };
    }
    case 'lookup':
      return { f: 'lookup', service: c.key, consistency: 'consistent' };
    default:
      return lockOp(c);
  }
}

function isRecord(v: Json): v is Readonly<Record<string, Json>> {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}

function watchRequest(v: Json): WatchRequest | null {
  if (!isRecord(v)) return null;
  const { forUs, after = null } = v;
  const isRevision = after === null || (typeof after === 'number' && after >= 0);
  return typeof forUs === 'number' && forUs >= 0 && isRevision ? { forUs, after } : null;
}

function outcomeOf(c: Call, answer: StoreAnswer | null, node: NodeId): Outcome {
  if (answer === null) return { type: 'info', error: 'no answer before the deadline' };
  switch (answer.type) {
    case 'error':
      return { type: 'fail', error: answer.error.code, node };
    case 'done':
      if (answer.isChanged === false) return { type: 'ok', value: c.value, node };
      return { type: 'ok', value: c.value, node, version: answer.revision };
    case 'value':
      return { type: 'ok', value: answer.value, node, version: answer.version };
    case 'lease':
      return { type: 'ok', value: answer.lease, node, version: answer.revision };
    case 'instances': {
      const value = answer.instances.map((e) => e.instance);
      return { type: 'ok', value, node, version: answer.revision };
    }
    case 'entries':
      return { type: 'ok', value: answer.entries as unknown as Json, node };
  }
}

function requestOutcome(r: CallResult): Outcome {
  const node = r.instance === null ? {} : { node: r.instance };
  switch (r.outcome) {
    case 'ok':
      return { type: 'ok', value: { instance: r.instance, fallbacks: r.fallbacks }, ...node };
    case 'timeout':
      return { type: 'info', error: r.error, ...node };
    case 'error':
    case 'refused':
    case 'no-instance':
      return { type: 'fail', error: `${r.outcome}: ${r.error}`, ...node };
  }
}
