/**
 * Watches of a workload: each lasts for a while and tells all that it was told (`core/watch.ts`).
 *
 * Any server will do: one is picked at random, asked again at the pace of tries, which also finds a
 * lost push, and left for the next one when it gave no answer. What is pushed is taken as the store's
 * protocol says, whoever pushes it.
 */
import type { Call, Json, NodeId } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { WatchedChange, WatchRequest } from '../../harness/core/watch.ts';
import type { Timing } from '../config.ts';
import { lanes } from '../lanes.ts';
import type { WatchEvent } from '../store/answered.ts';
import type { WatchScope } from '../store/asked.ts';
import type { StoreEvents, StoreUnwatch, StoreWatch, StoreWatchFailed } from '../store/protocol.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';

interface OpenWatch {
  readonly watch: number;
  readonly prefix: string;
  readonly endsUs: number;
  readonly ended: (outcome: Outcome) => void;
  readonly batches: { readonly revision: number; readonly events: readonly Json[] }[];
  readonly scope: WatchScope;
  /** Ends with the first change, or once it is known where it began if nobody said so. */
  readonly isShort: boolean;
  readonly asked: Set<NodeId>;
  /** Where it began; null until a server said where its present is. */
  after: number | null;
  /** All up to here was told; null likewise. */
  held: number | null;
  /** Who is asked. */
  server: NodeId;
  /** Did it answer since it was asked last? */
  isAnswered: boolean;
  askAgainUs: number;
  /** Who answered last. */
  node: NodeId | null;
}

export interface WatchesOptions {
  readonly timing: Timing;
  readonly servers: readonly NodeId[];
}

/** At a time; past it a call is refused. */
const openMax = 32;
/** The same with those that end with the first change. */
const shortMax = 256;

export class Watches implements Part {
  private readonly io: HandlerContext;
  private readonly o: WatchesOptions;
  private readonly open = new Map<number, OpenWatch>();
  private readonly subscriptions: Subscriptions;

  constructor(io: HandlerContext, subscriptions: Subscriptions, options: WatchesOptions) {
    this.io = io;
    this.subscriptions = subscriptions;
    this.o = options;
  }

  /** A workload's `watch` of the prefix `c.key`. */
  operate(c: Call, done: (o: Outcome) => void): void {
    const request = watchRequest(c.value);
    if (request === null) done({ type: 'fail', error: 'unknown operation or bad argument' });
    else if (this.open.size >= openMax) done({ type: 'fail', error: 'too many watches' });
    else this.begin(c.key, { ...request, scope: 'kv', isShort: false }, done);
  }

  /**
   * Of keys or of services, for who asks again at once: `{ scope, after, forUs }`. Ends with the first
   * change; where `after` is null as soon as it is known where that is. Answers with the revision up to
   * which all is told, too.
   */
  operateNext(c: Call, done: (o: Outcome) => void): void {
    const request = watchRequest(c.value);
    const { scope = null } = (c.value ?? {}) as Readonly<Record<string, Json>>;
    if (request === null || (scope !== 'kv' && scope !== 'registry')) {
      return done({ type: 'fail', error: 'unknown operation or bad argument' });
    }
    if (this.open.size >= shortMax) return done({ type: 'fail', error: 'too many watches' });
    this.begin(c.key, { ...request, scope, isShort: true }, done);
  }

  /** `ended` is called once: with what was told, or `fail` when nobody answered: it changed nothing. */
  private begin(
    prefix: string,
    request: WatchRequest & Pick<OpenWatch, 'scope' | 'isShort'>,
    ended: (outcome: Outcome) => void,
  ): void {
    const o: OpenWatch = {
      watch: this.subscriptions.listen(this),
      prefix,
      endsUs: this.io.nowUs + request.forUs,
      ended,
      batches: [],
      scope: request.scope,
      isShort: request.isShort,
      asked: new Set(),
      after: request.after,
      held: request.after,
      server: this.o.servers[this.io.random(this.o.servers.length)] as NodeId,
      isAnswered: false,
      askAgainUs: 0,
      node: null,
    };
    this.open.set(o.watch, o);
    this.io.wakeBy(o.endsUs);
    this.ask(o, o.server);
  }

  events(from: NodeId, m: StoreEvents): void {
    const o = this.open.get(m.watch);
    if (o === undefined) return;
    o.node = from;
    if (from === o.server) o.isAnswered = true;
    const isBegun = o.after === null;
    o.after ??= m.after;
    o.held ??= m.after;
    // A gap: a push was lost. Ask the same server for what is missing.
    if (m.after > o.held) return this.ask(o, from);
    const { held } = o;
    const events = m.events
      .filter((e) => this.subscriptions.rules.isNews(e.revision, held))
      .flatMap((e): readonly Json[] =>
        o.isShort ? [whole(e)] : (changed(e) as unknown as readonly Json[]),
      );
    if (events.length > 0 || m.revision > held) {
      o.batches.push({ revision: m.revision, events });
      o.held = Math.max(held, m.revision);
    }
    if (o.isShort && (isBegun || events.length > 0)) this.end(o, this.outcome(o));
  }

  failed(from: NodeId, m: StoreWatchFailed): void {
    const o = this.open.get(m.watch);
    if (o === undefined) return;
    // Busy: as if it had not answered, the next one is asked in time.
    if (m.error.code !== 'compacted') return;
    if (o.batches.length > 0) this.end(o, this.outcome(o));
    else this.end(o, { type: 'fail', error: m.error.code, node: from });
  }

  /** Ends what is over, asks where it is time; gives the time at which it wants to be called again. */
  tick(): number {
    const { nowUs } = this.io;
    let nextUs = never;
    for (const o of this.open.values()) {
      if (nowUs >= o.endsUs) {
        this.end(o, this.outcome(o));
        continue;
      }
      if (nowUs >= o.askAgainUs) this.askAgain(o);
      nextUs = Math.min(nextUs, o.endsUs, o.askAgainUs);
    }
    return nextUs;
  }

  private askAgain(o: OpenWatch): void {
    const { servers } = this.o;
    const next = servers[(servers.indexOf(o.server) + 1) % servers.length] as NodeId;
    this.ask(o, o.isAnswered ? o.server : next);
  }

  private ask(o: OpenWatch, server: NodeId): void {
    o.server = server;
    o.isAnswered = false;
    o.askAgainUs = this.io.nowUs + this.o.timing.tryUs;
    this.io.wakeBy(o.askAgainUs);
    o.asked.add(server);
    const m: StoreWatch = {
      kind: 'watch',
      watch: o.watch,
      replyLane: lanes.agent,
      scope: o.scope,
      prefix: o.prefix,
      after: o.held,
    };
    this.io.send(server, m, lanes.store);
  }

  private outcome({ node, after, held, batches, isShort }: OpenWatch): Outcome {
    if (node === null || after === null) return { type: 'fail', error: 'no server answered' };
    if (isShort) return { type: 'ok', value: { after, revision: held, batches }, node };
    return { type: 'ok', value: { after, batches } as unknown as Json, node };
  }

  private end(o: OpenWatch, outcome: Outcome): void {
    this.open.delete(o.watch);
    this.subscriptions.forget(o.watch);
    const m: StoreUnwatch = { kind: 'unwatch', watch: o.watch, replyLane: lanes.agent };
    for (const server of o.asked) this.io.send(server, m, lanes.store);
    o.ended(outcome);
  }
}

/** All that there is to say of a change, for people and programs outside. */
function whole(e: WatchEvent): Json {
  const { revision } = e;
  if (e.scope === 'kv') {
    const { key, value, previous } = e;
    const before = previous === undefined ? {} : { previous: previous && { ...previous } };
    return { change: value === null ? 'deleted' : 'put', revision, key, value, ...before };
  }
  const {
    service,
    instance,
    zone,
    tags,
    ttlUs,
    lease,
    address,
    port,
    health = 'passing',
  } = e.entry;
  const where = { zone, address, port, tags: [...tags], health };
  return { change: e.change, revision, service, instance, ...where, ttlMs: ttlUs / 1_000, lease };
}

function changed(e: WatchEvent): WatchedChange[] {
  if (e.scope !== 'kv') return [];
  const { key, value, revision, previous } = e;
  if (previous === undefined) return [{ key, value, revision }];
  const before = previous && { value: previous.value, revision: previous.version };
  return [{ key, value, revision, previous: before }];
}

function watchRequest(v: Json): WatchRequest | null {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) return null;
  const { forUs, after = null } = v as Readonly<Record<string, Json>>;
  const isRevision = after === null || (typeof after === 'number' && after >= 0);
  return typeof forUs === 'number' && forUs >= 0 && isRevision ? { forUs, after } : null;
}
