/** What a control plane knows of one type of resource at one client: asked for, sent, accepted, refused. */
import type { Resource } from './messages.ts';
import { keyOf } from './snapshot.ts';

export type Held = Map<string, Resource>;

export interface Flight {
  /** What the response holds. */
  readonly tried: readonly Resource[];
  /** Names of what it takes away; of a response that says all that there is none. */
  readonly gone: readonly string[];
  /** What the client has if it accepts. */
  readonly state: Held;
}

export class Subscribed {
  isOpen = false;
  isAll = false;
  readonly names = new Set<string>();
  /** What the client has once all that is in flight is accepted; and what it has accepted. */
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

  sent(nonce: string, flight: Flight): void {
    this.mustSend = false;
    this.newest = nonce;
    this.held = new Map(flight.state);
    this.flights.set(nonce, flight);
  }

  /** The client answered this response, and with it all before it. */
  landed(nonce: string): Flight | null {
    const flight = this.flights.get(nonce);
    if (flight === undefined) return null;
    for (const n of [...this.flights.keys()]) {
      this.flights.delete(n);
      if (n === nonce) break;
    }
    this.trial = null;
    return flight;
  }

  accept({ state, tried }: Flight): void {
    this.good = state;
    for (const r of tried) this.suspects.delete(keyOf(r));
  }

  /**
   * Nobody says which resource of a response was refused: of several that are new all are suspects. Where one of
   * them is known to be wrong it may have been that.
   */
  refuse({ tried, gone }: Flight): void {
    const news = tried.filter((r) => this.good.get(r.name)?.version !== r.version).map(keyOf);
    const unknown = news.filter((key) => !this.refused.has(key));
    const [only] = unknown;
    if (only !== undefined && news.length === 1) {
      this.suspects.delete(only);
      this.refused.add(only);
    } else for (const key of unknown) this.suspects.add(key);
    this.undo([...tried.map((r) => r.name), ...gone]);
  }

  /**
   * What is in flight behind it rests on what it brings and takes away, unless that does so too: the client
   * keeps what a refused response was to take away.
   */
  private undo(names: readonly string[]): void {
    let last = this.good;
    for (const behind of this.flights.values()) {
      const anew = new Set([...behind.tried.map((r) => r.name), ...behind.gone]);
      for (const name of names) {
        if (anew.has(name)) continue;
        const before = last.get(name);
        if (before === undefined) behind.state.delete(name);
        else behind.state.set(name, before);
      }
      last = behind.state;
    }
    this.held = new Map(last);
  }

  /**
   * What it goes on with where the planned version is refused: what it accepted last. What is being taken
   * away it does not get back for that: taken and given in turns, it would come and go for ever.
   */
  fallback(name: string): Resource | undefined {
    return this.held.has(name) ? this.good.get(name) : undefined;
  }

  isSuspect(key: string): boolean {
    return this.suspects.has(key) && this.trial !== key;
  }

  /** Does what is in flight change it, or take it away? */
  isChanging(name: string): boolean {
    return [...this.flights.values()].some(
      ({ tried, gone }) => gone.includes(name) || tried.some((r) => r.name === name),
    );
  }

  /** The client has it no more, whatever it has yet to answer. */
  drop(name: string): void {
    for (const held of this.states()) held.delete(name);
  }

  /** Of what is wanted, what the client has not, or not in this version. */
  changedIn(wanted: Held): Resource[] {
    return [...wanted.values()].filter((r) => this.held.get(r.name)?.version !== r.version);
  }

  missing(wanted: Held): string[] {
    return [...this.names].filter(
      (name) => !wanted.has(name) && !this.held.has(name) && !this.absent.has(name),
    );
  }

  /** All that the client has, or may have: accepted, and in flight. */
  states(): readonly Held[] {
    return [this.good, this.held, ...[...this.flights.values()].map((f) => f.state)];
  }
}
