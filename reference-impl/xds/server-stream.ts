/**
 * The control plane's end of one stream: pure, so that the simulated mesh and the real front run the same.
 *
 * It knows what the client asked for, what it was sent and what it accepted, and sends the difference to
 * what is planned: clusters first, then their endpoints, listeners, and routes last (make before break);
 * a cluster goes only when no route needs it. What was refused is not sent again; in its place stays
 * what was accepted last.
 */
import type { DeltaRequest, Resource, ResourceType, WorldRequest } from './messages.ts';
import { resourceTypes } from './messages.ts';
import type { XdsRequest, XdsResponse } from './messages.ts';
import type { XdsRules } from './rules.ts';
import { clustersOf, keyOf } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';

type Held = Map<string, Resource>;

interface Flight {
  /** What the response holds. */
  readonly tried: readonly Resource[];
  /** What the client has if it accepts. */
  readonly state: Held;
}

/** Of one type. */
class Subscribed {
  isOpen = false;
  isAll = false;
  readonly names = new Set<string>();
  /** Sent, and accepted. */
  held: Held = new Map();
  good: Held = new Map();
  readonly flights = new Map<string, Flight>();
  /** Keys of resources; of suspects one at a time is tried again, to find which of them is refused. */
  readonly refused = new Set<string>();
  readonly suspects = new Set<string>();
  /** Names of which the client knows that they do not exist. Incremental only. */
  readonly absent = new Set<string>();
  mustSend = false;
  /** The suspect that is tried now. */
  trial: string | null = null;
  /** The nonce of what was sent last. */
  newest = '';
}

export class ServerStream {
  private readonly rules: XdsRules;
  private plan: Snapshot;
  private protocol: XdsRequest['protocol'] = 'world';
  private readonly of: Readonly<Record<ResourceType, Subscribed>>;
  private lastNonce = 0;

  constructor(rules: XdsRules, plan: Snapshot) {
    this.rules = rules;
    this.plan = plan;
    const [cds, eds, lds, rds] = resourceTypes.map(() => new Subscribed());
    this.of = { cds, eds, lds, rds } as Record<ResourceType, Subscribed>;
  }

  /** What is planned is another thing from now on. */
  setPlan(plan: Snapshot): XdsResponse[] {
    if (this.rules.isNews()) this.plan = plan;
    return this.due();
  }

  take(r: XdsRequest): XdsResponse[] {
    const s = this.of[r.type];
    this.protocol = r.protocol;
    const isStale = r.nonce !== '' && r.nonce !== s.newest;
    if (r.nonce !== '') this.answered(r.type, r.nonce, r.error);
    if (r.protocol === 'delta') this.subscribe(s, r);
    // A client says what it wants again with the newest nonce: a stale word would undo it.
    else if (!isStale) this.subscribeWorld(s, r);
    s.isOpen = true;
    return this.due();
  }

  private answered(type: ResourceType, nonce: string, error: string | null): void {
    const s = this.of[type];
    const found = this.rules.answered(nonce, [...s.flights.keys()]);
    const flight = found === null ? undefined : s.flights.get(found);
    if (found === null || flight === undefined) return;
    for (const n of [...s.flights.keys()]) {
      s.flights.delete(n);
      if (n === found) break;
    }
    s.trial = null;
    if (error === null) {
      s.good = flight.state;
      for (const r of flight.tried) s.suspects.delete(keyOf(r));
    } else {
      this.refuse(s, flight);
      this.undo(s, flight);
      // Endpoints that were sent with a cluster that was refused were of no use to it.
      if (type === 'cds')
        this.warm(flight.tried.filter((r) => !s.good.has(r.name)).map((r) => r.name));
    }
  }

  /** What is in flight behind it rests on the client's having it, unless it brings it anew. */
  private undo(s: Subscribed, { tried }: Flight): void {
    let last = s.good;
    for (const behind of s.flights.values()) {
      const anew = new Set(behind.tried.map((r) => r.name));
      for (const { name } of tried) {
        if (anew.has(name)) continue;
        const before = last.get(name);
        if (before === undefined) behind.state.delete(name);
        else behind.state.set(name, before);
      }
      last = behind.state;
    }
    s.held = new Map(last);
  }

  /**
   * Nobody says which resource of a response was refused: of several that are new all are suspects. Where one of
   * them is known to be wrong it may have been that.
   */
  private refuse(s: Subscribed, { tried }: Flight): void {
    const news = tried.filter((r) => s.good.get(r.name)?.version !== r.version).map(keyOf);
    const unknown = news.filter((key) => !s.refused.has(key));
    const [only] = unknown;
    if (only !== undefined && news.length === 1) {
      s.suspects.delete(only);
      s.refused.add(only);
    } else for (const key of unknown) s.suspects.add(key);
  }

  private subscribeWorld(s: Subscribed, { type, names, nonce }: WorldRequest): void {
    const mayBeAll = type === 'cds' || type === 'lds';
    if (names.length === 0 || names.includes('*')) s.isAll ||= mayBeAll && (!s.isOpen || s.isAll);
    else s.isAll = false;
    if (!s.isOpen) s.mustSend = mayBeAll;
    const wanted = new Set(names);
    for (const name of [...s.names]) if (!wanted.has(name)) this.forget(s, name);
    for (const name of wanted) if (name !== '*') s.names.add(name);
    // A client that names no response has none.
    if (nonce === '' && s.isOpen) s.held = new Map();
  }

  private subscribe(s: Subscribed, r: DeltaRequest): void {
    const { type, subscribe, unsubscribe, initial } = r;
    const mayBeAll = type === 'cds' || type === 'lds';
    if (!s.isOpen) {
      s.isAll = mayBeAll && subscribe.length === 0;
      s.mustSend = mayBeAll;
      for (const [name, version] of Object.entries(initial)) {
        const known = this.plan.get(type, name);
        // Only its version is known; whatever else it is, another one will be sent.
        const body = known?.body ?? { kind: 'endpoints', endpoints: [] };
        const resource: Resource = { type, name, version, body };
        s.held.set(name, resource);
        s.good.set(name, resource);
      }
    }
    for (const name of unsubscribe) {
      if (name === '*') s.isAll = false;
      else this.forget(s, name);
    }
    for (const name of subscribe) {
      if (name === '*') s.isAll = true;
      else {
        // Who asks for what it has has lost it.
        if (initial[name] === undefined) s.held.delete(name);
        s.absent.delete(name);
        s.names.add(name);
      }
    }
  }

  private forget(s: Subscribed, name: string): void {
    s.names.delete(name);
    if (!this.rules.forgets()) return;
    s.absent.delete(name);
    drop(s, name);
  }

  private due(): XdsResponse[] {
    return resourceTypes.flatMap((type) => this.dueOf(type) ?? []);
  }

  private dueOf(type: ResourceType): XdsResponse | null {
    const s = this.of[type];
    // One is tried alone: what comes meanwhile waits for the answer.
    if (!s.isOpen || s.trial !== null) return null;
    const wanted = this.wanted(type);
    const changedIn = (all: Held): Resource[] =>
      [...all.values()].filter((r) => s.held.get(r.name)?.version !== r.version);
    let changed = changedIn(wanted);
    // Only where there is no other news, so that it is clear which is refused.
    if (changed.length === 0 && s.flights.size === 0) {
      this.tryOne(type, wanted);
      changed = changedIn(wanted);
    }
    const gone = [...s.held.keys()].filter((name) => !wanted.has(name));
    const isWhole = type === 'cds' || type === 'lds';
    const missing = this.protocol === 'delta' ? this.missing(type, wanted) : [];
    const isNews =
      changed.length + missing.length > 0 || (gone.length > 0 && this.removes(isWhole));
    if (!isNews && !s.mustSend) return null;
    s.mustSend = false;
    for (const name of missing) s.absent.add(name);
    for (const r of changed) s.absent.delete(r.name);
    const state: Held = this.removes(isWhole) ? new Map(wanted) : new Map([...s.held, ...wanted]);
    s.held = state;
    if (type === 'cds') this.warm([...changed.map((r) => r.name), ...gone]);
    this.lastNonce += 1;
    const nonce = `${this.lastNonce}`;
    s.newest = nonce;
    const tried = this.protocol === 'world' && isWhole ? [...wanted.values()] : changed;
    s.flights.set(nonce, { tried, state: new Map(state) });
    const isDelta = this.protocol === 'delta';
    return {
      protocol: this.protocol,
      type,
      version: nonce,
      nonce,
      resources: isDelta || !isWhole ? changed : [...wanted.values()],
      removed: isDelta ? [...gone, ...missing] : [],
    };
  }

  /** A cluster that changes, or comes back, begins without endpoints: they are sent again. */
  private warm(clusters: readonly string[]): void {
    for (const name of clusters) drop(this.of.eds, name);
  }

  /** Is what is left out of a response taken for gone? */
  private removes(isWhole: boolean): boolean {
    return isWhole || this.protocol === 'delta';
  }

  private missing(type: ResourceType, wanted: Held): string[] {
    const s = this.of[type];
    return [...s.names].filter(
      (name) => !wanted.has(name) && !s.held.has(name) && !s.absent.has(name),
    );
  }

  /** What the client is to have now. */
  private wanted(type: ResourceType): Held {
    const s = this.of[type];
    const wanted: Held = new Map();
    const names = s.isAll ? [...this.plan.names(type), ...s.names] : s.names;
    const { cds } = this.of;
    for (const name of names) {
      // Of a cluster that it is about to lose it keeps nothing, whatever it has not yet said.
      if (type === 'eds' && cds.isAll && !cds.held.has(name)) continue;
      const planned = this.plan.get(type, name);
      let chosen = planned ?? undefined;
      if (planned !== null) {
        const key = keyOf(planned);
        const isSuspect = s.suspects.has(key) && s.trial !== key;
        const isBack = isSuspect || this.rules.isKeptBack(s.refused.has(key));
        // What it has accepted in the meantime is no question any more.
        if (isBack && s.good.get(name)?.version !== planned.version) chosen = s.good.get(name);
      }
      if (type === 'rds' && chosen !== undefined && !this.mayRoute(chosen)) {
        chosen = s.held.get(name);
      }
      if (chosen !== undefined) wanted.set(name, chosen);
    }
    if (type === 'cds' && s.isAll) this.keepUsed(s, wanted);
    return wanted;
  }

  /** Of suspects one, as if it were none. */
  private tryOne(type: ResourceType, wanted: Held): void {
    const s = this.of[type];
    for (const key of s.suspects) {
      const planned = this.plan.get(type, key.replace(/@[^@]*$/, ''));
      const isPlanned = planned !== null && keyOf(planned) === key;
      if (!isPlanned) s.suspects.delete(key);
      else if (type !== 'rds' || this.mayRoute(planned)) {
        s.trial = key;
        wanted.set(planned.name, planned);
        return;
      }
    }
  }

  private mayRoute(route: Resource): boolean {
    const { cds, eds } = this.of;
    // Who asks for clusters by name learns their names from routes.
    if (!cds.isAll) return true;
    return this.rules.mayRoute(
      clustersOf(route),
      (cluster) => cds.good.has(cluster) && eds.good.has(cluster),
    );
  }

  private keepUsed(s: Subscribed, wanted: Held): void {
    const { good, held, flights } = this.of.rds;
    const routes = [good, held, ...[...flights.values()].map((f) => f.state)];
    const used = new Set(routes.flatMap((of) => [...of.values()].flatMap(clustersOf)));
    for (const [name, r] of [...s.good, ...s.held]) {
      if (!wanted.has(name) && this.rules.isKept(used.has(name))) wanted.set(name, r);
    }
  }
}

/** The client has it no more, whatever it has yet to answer. */
function drop(s: Subscribed, name: string): void {
  for (const held of [s.held, s.good, ...[...s.flights.values()].map((f) => f.state)]) {
    held.delete(name);
  }
}
