/**
 * An edge of a network that delivers content (C4): it answers from memory for a few seconds after it asked the
 * origin, and drops what it is told has changed. Invalidations make it quick; the time to live alone makes
 * it right, whatever is lost. Where the origin cannot be reached it says so rather than serve what is older.
 */
import type { Call, Json } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import { lanes } from '../lanes.ts';
import type { StoreClient } from '../store-client/store-client.ts';
import type { StoreWatch } from '../store/protocol.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';
import { edgePrefix } from './config.ts';
import type { EdgeConfig } from './config.ts';
import type { EdgeRules } from './rules.ts';

interface Held {
  readonly value: Json;
  readonly version: number;
  readonly askedUs: number;
  usedUs: number;
}

/** What was used longest ago is dropped past this. */
const heldMax = 1_000;

export class EdgeCache implements Part {
  private readonly io: HandlerContext;
  private readonly store: StoreClient;
  /** Null: off. */
  private readonly config: EdgeConfig | null;
  private readonly rules: EdgeRules;
  private readonly watch: number;
  private readonly held = new Map<string, Held>();
  /** Of keys that the origin is asked for: by how many, and the latest change that was told meanwhile. */
  private readonly asking = new Map<string, { out: number; changed: number }>();
  private renewAtUs = never;

  constructor(
    io: HandlerContext,
    store: StoreClient,
    subscriptions: Subscriptions,
    o: { readonly config: EdgeConfig | null; readonly rules: EdgeRules },
  ) {
    this.io = io;
    this.store = store;
    this.config = o.config;
    this.rules = o.rules;
    const isOn = o.config !== null;
    this.watch = !isOn
      ? 0
      : subscriptions.listen({
          events: (_, { events }) => {
            for (const e of events) if (e.scope === 'kv') this.invalidate(e.key, e.revision);
          },
        });
  }

  /** An operation; `value` is ignored. */
  fetch({ key }: Call, done: (o: Outcome) => void): void {
    const { config, rules } = this;
    if (config === null) return done({ type: 'fail', error: 'this is no edge' });
    const askedUs = this.io.nowUs;
    // The first one that is asked for begins the watch.
    if (this.renewAtUs === never) this.renew(config);
    const held = this.held.get(key);
    if (held !== undefined) {
      const ageUs = askedUs - rules.since(held.askedUs, held.usedUs);
      held.usedUs = askedUs;
      if (rules.isFresh(ageUs, config.ttlUs)) return done(said(held));
    }
    if (!this.store.hasRoomForCalls) return done({ type: 'fail', error: 'busy' });
    const q = this.asking.get(key) ?? { out: 0, changed: 0 };
    this.asking.set(key, q);
    q.out += 1;
    this.store.request({ f: 'read', key }, this.store.operationEndsUs, (answer) => {
      q.out -= 1;
      if (q.out === 0) this.asking.delete(key);
      if (answer?.type !== 'value') return done({ type: 'fail', error: 'origin not reached' });
      const { value, version } = answer;
      const now = { value, version, askedUs, usedUs: askedUs };
      // What was told of a change may come before the answer of before it.
      if (!rules.isInvalid(version, q.changed)) this.keep(key, now);
      done(said(now));
    });
  }

  tick(): number {
    if (this.config !== null && this.io.nowUs >= this.renewAtUs) this.renew(this.config);
    return this.renewAtUs;
  }

  private keep(key: string, now: Held): void {
    // An answer that was overtaken must not undo what is known.
    if ((this.held.get(key)?.askedUs ?? -1) > now.askedUs) return;
    this.held.delete(key);
    this.held.set(key, now);
    if (this.held.size <= heldMax) return;
    const [oldest] = this.held.keys();
    if (oldest !== undefined) this.held.delete(oldest);
  }

  private invalidate(key: string, revision: number): void {
    const q = this.asking.get(key);
    if (q !== undefined) q.changed = Math.max(q.changed, revision);
    const held = this.held.get(key);
    if (held !== undefined && this.rules.isInvalid(held.version, revision)) this.held.delete(key);
  }

  private renew({ renewUs }: EdgeConfig): void {
    this.renewAtUs = this.rules.renewsAtUs(this.io.nowUs, renewUs);
    this.io.wakeBy(this.renewAtUs);
    const m: StoreWatch = {
      kind: 'watch',
      watch: this.watch,
      replyLane: lanes.agent,
      scope: 'kv',
      prefix: edgePrefix,
      // What came before does not matter: it is not held, or ages.
      after: null,
    };
    this.io.send(this.store.server, m, lanes.store);
  }
}

function said({ value, version }: Held): Outcome {
  return { type: 'ok', value, version };
}
