/**
 * Configuration by stigmergy (C4): no leader and no log. Whoever deposits a value lays it again and again; each node
 * takes over what the majority of its neighbours hold, a word counting less the longer ago its value was deposited.
 * What nobody deposits any more evaporates. All of it is soft: a node that starts holds nothing.
 */
import type {
  Call,
  Component,
  Effects,
  Json,
  Msg,
  NodeId,
  Rec,
  World,
} from '../../harness/core/host.ts';
import type { Ask } from '../agent/wire.ts';
import type { AdoptionConfig } from './config.ts';
import type { AdoptionMessage } from './messages.ts';
import type { AdoptionObservation } from './observations.ts';
import type { AdoptionRules } from './rules.ts';

export interface AdoptionOptions {
  readonly neighbours: readonly NodeId[];
  readonly config: AdoptionConfig;
  readonly rules: AdoptionRules;
}

export function createAdoption(options: AdoptionOptions): Component {
  return new Adoption(options);
}

interface Held {
  readonly value: Json;
  /** When it was last deposited anywhere, by this node's clock: that can be before its start. */
  readonly laidUs: number;
}

type Heard = AdoptionObservation['heard'];

const tellTimer = 1;

class Adoption implements Component {
  private readonly o: AdoptionOptions;
  /** What this node deposits. */
  private readonly deposits = new Map<string, Json>();
  private readonly held = new Map<string, Held>();
  /** By key, the last word of each neighbour. */
  private readonly words = new Map<string, Map<NodeId, Held>>();

  constructor(options: AdoptionOptions) {
    this.o = options;
  }

  start(_records: Iterable<Rec>, w: World, fx: Effects): void {
    fx.setTimer(tellTimer, w.random(this.o.config.tellUs));
  }

  durable(): void {}

  timer(_kind: number, _arg: number, w: World, fx: Effects): void {
    const { config, neighbours, rules } = this.o;
    fx.setTimer(tellTimer, config.tellUs);
    for (const key of new Set([...this.held.keys(), ...this.words.keys()])) this.review(key, w, fx);
    const held = [...this.held].map(([key, { value, laidUs }]) => {
      return [key, value, rules.toldAgeUs(w.nowUs - laidUs)] as const;
    });
    const m: AdoptionMessage = { kind: 'holding', held };
    for (const to of neighbours) fx.send(to, m as unknown as Msg);
  }

  call(c: Call, _w: World, fx: Effects): void {
    const all = [...this.held].map(([key, { value }]) => [key, value] as const);
    fx.reply(c.id, { type: 'ok', value: Object.fromEntries(all) });
  }

  message(from: NodeId, msg: Msg, w: World, fx: Effects): void {
    const m = msg as unknown as AdoptionMessage;
    if (m.kind === 'ask') return this.ask(from, m, w, fx);
    for (const words of this.words.values()) words.delete(from);
    for (const [key, value, ageUs] of m.held) {
      const words = this.words.get(key) ?? new Map<NodeId, Held>();
      this.words.set(key, words.set(from, { value, laidUs: w.nowUs - ageUs }));
    }
  }

  /** `deposit-config`, `withdraw-config` and `adopted-config`, of the key. */
  private ask(client: NodeId, { id, replyLane, f, key, value }: Ask, w: World, fx: Effects): void {
    if (f === 'deposit-config') {
      const { set = null } = (value ?? {}) as { readonly set?: Json };
      this.deposits.set(key, set);
      fx.observe({ kind: 'deposit', key, value: set });
      this.hold(key, { value: set, laidUs: w.nowUs }, [], fx);
    } else if (f === 'withdraw-config' && this.deposits.delete(key)) {
      fx.observe({ kind: 'deposit', key, value: null });
    }
    const outcome = { type: 'ok', value: this.held.get(key)?.value ?? null };
    fx.send(client, { kind: 'answered', id, outcome } as Msg, replyLane);
  }

  private review(key: string, w: World, fx: Effects): void {
    const { config, rules } = this.o;
    const own = this.deposits.get(key);
    if (own !== undefined) {
      this.held.set(key, { value: own, laidUs: w.nowUs });
      return;
    }
    const words = [...(this.words.get(key) ?? [])].filter(
      ([, { laidUs }]) => !rules.isForgotten(w.nowUs - laidUs, config),
    );
    const held = this.held.get(key);
    const best = this.winner(words, w.nowUs);
    if (best !== null && (held === undefined || same(held.value, best.value))) {
      const laidUs = Math.max(best.laidUs, held?.laidUs ?? best.laidUs);
      this.hold(key, { value: best.value, laidUs }, heardIn(words, w.nowUs), fx);
    } else if (best !== null && rules.mayChange()) {
      this.hold(key, best, heardIn(words, w.nowUs), fx);
    }
    const now = this.held.get(key);
    if (now === undefined || !rules.isForgotten(w.nowUs - now.laidUs, config)) return;
    this.held.delete(key);
    this.words.delete(key);
    fx.observe({ kind: 'adoption', key, value: null, heard: [] });
  }

  /** What enough of the neighbours hold, with the time of its latest deposit that they know of. */
  private winner(words: readonly (readonly [NodeId, Held])[], nowUs: number): Held | null {
    const { config, rules } = this.o;
    const weights = words.map(([, { laidUs }]) => rules.weight(nowUs - laidUs, config));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const newest = words.map(([, held]) => held).sort((a, b) => b.laidUs - a.laidUs);
    for (const candidate of newest) {
      const weight = weights.reduce((sum, one, i) => {
        return same(words[i]?.[1].value ?? null, candidate.value) ? sum + one : sum;
      }, 0);
      if (rules.isEnough(weight, total)) return candidate;
    }
    return null;
  }

  private hold(key: string, next: Held, heard: Heard, fx: Effects): void {
    const before = this.held.get(key);
    this.held.set(key, next);
    if (before !== undefined && same(before.value, next.value)) return;
    fx.observe({ kind: 'adoption', key, value: next.value, heard });
  }
}

function heardIn(words: readonly (readonly [NodeId, Held])[], nowUs: number): Heard {
  return words.map(([from, { value, laidUs }]) => [from, value, nowUs - laidUs] as const);
}

function same(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
