/**
 * A registry of peers, as Eureka is one (D6): each server takes registrations and renewals and tells the others,
 * without agreement and without an order. It answers whatever happens, with what it has.
 *
 * Self-preservation: who misses more than 15 % of the renewals believes that the network is at fault, not the
 * instances, and evicts nobody until they come again. Old entries are better than none.
 */
import type {
  Call,
  Component,
  Effects,
  Json,
  Msg,
  NodeId,
  World,
} from '../../harness/core/host.ts';
import type { EurekaConfig } from './config.ts';
import type { Described, EurekaMessage, Named } from './messages.ts';
import type { EurekaRules } from './rules.ts';

export interface PeerOptions {
  readonly others: readonly NodeId[];
  readonly config: EurekaConfig;
  readonly rules: EurekaRules;
}

interface Held extends Described {
  readonly renewedUs: number;
}

export interface Change {
  readonly action: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly of: Described;
  readonly atUs: number;
}

const turn = 1;
/** Changes are told as such for this long, µs; who asks more seldom fetches all. Source: Eureka's 3 min. */
const deltaUs = 180_000_000;

export class EurekaPeer implements Component {
  private readonly o: PeerOptions;
  private readonly held = new Map<string, Held>();
  /** Of the last window, oldest first. */
  private renewals: number[] = [];
  private changes: Change[] = [];

  constructor(options: PeerOptions) {
    this.o = options;
  }

  start(_records: Iterable<unknown>, _w: World, fx: Effects): void {
    fx.setTimer(turn, this.o.config.evictUs);
    if (!this.o.rules.asksForAll()) return;
    for (const peer of this.o.others) send(fx, peer, { kind: 'tell-all' });
  }

  durable(): void {}

  timer(_kind: number, _arg: number, w: World, fx: Effects): void {
    fx.setTimer(turn, this.o.config.evictUs);
    this.evict(w, fx);
  }

  message(from: NodeId, msg: Msg, w: World, fx: Effects): void {
    const m = msg as EurekaMessage;
    switch (m.kind) {
      case 'register':
        this.register(m.of, w.nowUs, fx);
        return send(fx, from, { kind: 'done', request: m.request, isKnown: true });
      case 'renew':
        return send(fx, from, {
          kind: 'done',
          request: m.request,
          isKnown: this.renew(m.of, w.nowUs, fx),
        });
      case 'cancel':
        return send(fx, from, {
          kind: 'done',
          request: m.request,
          isKnown: this.cancel(m.of, w.nowUs, fx),
        });
      case 'registered':
        return this.put(m.of, w.nowUs, fx);
      case 'renewed':
        if (!this.touch(m.of, w.nowUs, fx)) send(fx, from, { kind: 'unknown', of: m.of });
        return;
      case 'cancelled':
        return void this.remove(m.of, w.nowUs, fx);
      case 'unknown':
        return this.tell(keyOf(m.of), from, fx);
      case 'tell-all':
        for (const key of this.held.keys()) this.tell(key, from, fx);
        return;
      case 'done':
    }
  }

  /** From outside: `register`, `renew`, `cancel` (key `APP/id`), `all`, `delta`. */
  call(c: Call, w: World, fx: Effects): void {
    fx.reply(c.id, this.answer(c, w.nowUs, fx));
  }

  private answer({ f, key, value }: Call, nowUs: number, fx: Effects): Json {
    const slash = key.indexOf('/');
    const [app, id] = [key.slice(0, slash), key.slice(slash + 1)];
    switch (f) {
      case 'register': {
        const { info, leaseUs } = value as { readonly info: Json; readonly leaseUs: number };
        // By the clock of whoever is asked, and always later than what it held.
        const dirtyUs = Math.max(nowUs, (this.held.get(key)?.dirtyUs ?? 0) + 1);
        this.register({ app, id, info, leaseUs, dirtyUs }, nowUs, fx);
        return { type: 'ok', value: true };
      }
      case 'renew':
      case 'cancel': {
        const named = { app, id, dirtyUs: this.held.get(key)?.dirtyUs ?? 0 };
        return { type: 'ok', value: this[f](named, nowUs, fx) };
      }
      case 'all':
        return { type: 'ok', value: this.all() as unknown as Json };
      case 'delta':
        this.changes = this.changes.filter((change) => nowUs - change.atUs < deltaUs);
        return { type: 'ok', value: this.changes as unknown as Json };
      default:
        return { type: 'fail', error: 'unknown operation or bad argument' };
    }
  }

  private all(): Described[] {
    return [...this.held.values()].map(({ renewedUs: _, ...of }) => of);
  }

  private register(of: Described, nowUs: number, fx: Effects): void {
    this.put(of, nowUs, fx);
    this.replicate('register', { kind: 'registered', of }, fx);
  }

  private renew(of: Named, nowUs: number, fx: Effects): boolean {
    const isKnown = this.touch(of, nowUs, fx);
    if (isKnown) this.replicate('renew', { kind: 'renewed', of }, fx);
    return isKnown;
  }

  private cancel(of: Named, nowUs: number, fx: Effects): boolean {
    const isKnown = this.remove(of, nowUs, fx);
    this.replicate('cancel', { kind: 'cancelled', of }, fx);
    return isKnown;
  }

  private replicate(change: 'register' | 'renew' | 'cancel', m: EurekaMessage, fx: Effects): void {
    if (!this.o.rules.isTold(change)) return;
    for (const peer of this.o.others) send(fx, peer, m);
  }

  private tell(key: string, to: NodeId, fx: Effects): void {
    const held = this.held.get(key);
    if (held === undefined) return;
    const { renewedUs: _, ...of } = held;
    send(fx, to, { kind: 'registered', of });
  }

  /** The later word counts, and either shows that it lives. */
  private put(of: Described, nowUs: number, fx: Effects): void {
    const key = keyOf(of);
    const held = this.held.get(key);
    const isOlder = held !== undefined && of.dirtyUs <= held.dirtyUs;
    const taken = isOlder ? held : of;
    this.held.set(key, { ...taken, renewedUs: nowUs });
    if (!isOlder) this.changed(held === undefined ? 'ADDED' : 'MODIFIED', of, nowUs);
    fx.observe({
      kind: 'eureka-lease',
      change: 'registered',
      instance: key,
      saidUs: taken.dirtyUs,
    });
  }

  private touch(of: Named, nowUs: number, fx: Effects): boolean {
    const key = keyOf(of);
    const held = this.held.get(key);
    if (held === undefined || held.dirtyUs < of.dirtyUs) return false;
    this.held.set(key, { ...held, renewedUs: nowUs });
    this.renewals.push(nowUs);
    fx.observe({ kind: 'eureka-lease', change: 'renewed', instance: key, saidUs: held.dirtyUs });
    return true;
  }

  private remove(of: Named, nowUs: number, fx: Effects): boolean {
    const key = keyOf(of);
    const held = this.held.get(key);
    if (held === undefined || this.o.rules.isOvertaken(of.dirtyUs, held.dirtyUs)) return false;
    this.held.delete(key);
    this.changed('DELETED', held, nowUs);
    fx.observe({ kind: 'eureka-lease', change: 'cancelled', instance: key, saidUs: of.dirtyUs });
    return true;
  }

  private evict(w: World, fx: Effects): void {
    const { config, rules } = this.o;
    this.renewals = this.renewals.filter((atUs) => w.nowUs - atUs < config.windowUs);
    const expired = [...this.held].filter(([, h]) => w.nowUs - h.renewedUs >= h.leaseUs);
    const [held, renewals] = [this.held.size, this.renewals.length];
    const facts = { held, renewals, expired: expired.length };
    const isPreserving = rules.isPreserving(facts, config);
    fx.observe({ kind: 'eureka-turn', isPreserving, held, renewals });
    if (isPreserving) return;
    for (let left = rules.evictions(facts, config); left > 0; left--) {
      // By chance, so that no application loses all of its instances first.
      const [one] = expired.splice(w.random(expired.length), 1);
      if (one === undefined) return;
      this.held.delete(one[0]);
      this.changed('DELETED', one[1], w.nowUs);
      fx.observe({
        kind: 'eureka-lease',
        change: 'evicted',
        instance: one[0],
        saidUs: one[1].dirtyUs,
      });
    }
  }

  private changed(action: Change['action'], of: Described, atUs: number): void {
    this.changes = this.changes.filter((change) => atUs - change.atUs < deltaUs);
    const { app, id, info, leaseUs, dirtyUs } = of;
    this.changes.push({ action, of: { app, id, info, leaseUs, dirtyUs }, atUs });
  }
}

function keyOf({ app, id }: Named): string {
  return `${app}/${id}`;
}

function send(fx: Effects, to: NodeId, m: EurekaMessage): void {
  fx.send(to, m);
}
