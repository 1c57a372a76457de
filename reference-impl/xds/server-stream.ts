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
import { keyOf } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import { Subscribed } from './subscribed.ts';
import type { Held } from './subscribed.ts';
import { suspectToTry, wantedOf } from './wanted.ts';
import type { Client } from './wanted.ts';

export class ServerStream implements Client {
  readonly rules: XdsRules;
  plan: Snapshot;
  private protocol: XdsRequest['protocol'] = 'world';
  readonly of: Readonly<Record<ResourceType, Subscribed>>;
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
    const flight = found === null ? null : s.landed(found);
    if (flight === null) return;
    if (error === null) return s.accept(flight);
    s.refuse(flight);
    // Endpoints that were sent with a cluster that was refused were of no use to it.
    if (type === 'cds') this.warm(flight.tried.map((r) => r.name).filter((n) => !s.good.has(n)));
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
        // It is about to lose these endpoints, with the cluster, and said so before it knew.
        if (type === 'eds' && this.of.cds.isChanging(name)) continue;
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
    s.drop(name);
  }

  private due(): XdsResponse[] {
    return resourceTypes.flatMap((type) => this.dueOf(type) ?? []);
  }

  private dueOf(type: ResourceType): XdsResponse | null {
    const s = this.of[type];
    // One is tried alone: what comes meanwhile waits for the answer.
    if (!s.isOpen || s.trial !== null) return null;
    const wanted = wantedOf(this, type);
    let changed = s.changedIn(wanted);
    // Only where there is no other news, so that it is clear which is refused.
    if (changed.length === 0 && s.flights.size === 0) changed = this.trial(type, wanted);
    const gone = [...s.held.keys()].filter((name) => !wanted.has(name));
    const isWhole = type === 'cds' || type === 'lds';
    const isDelta = this.protocol === 'delta';
    const removes = isWhole || isDelta;
    const missing = isDelta ? s.missing(wanted) : [];
    const isNews = changed.length + missing.length > 0 || (gone.length > 0 && removes);
    if (!isNews && !s.mustSend) return null;
    for (const name of missing) s.absent.add(name);
    for (const r of changed) s.absent.delete(r.name);
    if (type === 'cds') this.warm([...changed.map((r) => r.name), ...gone]);
    this.lastNonce += 1;
    const nonce = `${this.lastNonce}`;
    const all = [...wanted.values()];
    s.sent(nonce, {
      tried: this.protocol === 'world' && isWhole ? all : changed,
      gone: isDelta ? gone : [],
      // Where nothing is taken for gone that is left out, it keeps what it has.
      state: new Map(removes ? wanted : [...s.held, ...wanted]),
    });
    return {
      protocol: this.protocol,
      type,
      version: nonce,
      nonce,
      resources: isDelta || !isWhole ? changed : all,
      removed: isDelta ? [...gone, ...missing] : [],
    };
  }

  private trial(type: ResourceType, wanted: Held): Resource[] {
    const tried = suspectToTry(this, type);
    if (tried === null) return [];
    this.of[type].trial = keyOf(tried);
    wanted.set(tried.name, tried);
    return this.of[type].changedIn(wanted);
  }

  /** A cluster that changes, or comes back, begins without endpoints: they are sent again. */
  private warm(clusters: readonly string[]): void {
    for (const name of clusters) this.of.eds.drop(name);
  }
}
