/** The consumer of a stream: it grants as many items as it has room for, and works them off in order. */
import type { Description, Effects, NodeId } from '../../harness/core/host.ts';
import type { FlowControlConfig } from './config.ts';
import type { GrantMessage, ItemMessage, StreamRecord } from './messages.ts';
import type {} from './observations.ts';
import type { FlowControlRules } from './rules.ts';

interface ConsumerOptions {
  readonly from: NodeId;
  /** `worked` fires when an item is done, `look` now and then. */
  readonly timers: { readonly worked: number; readonly look: number };
  readonly config: FlowControlConfig;
  readonly rules: FlowControlRules;
}

export class Consumer {
  private readonly o: ConsumerOptions;
  private connection = 0;
  /** All items before it are worked off. */
  private next = 0;
  private upTo = 0;
  /** In order of arrival. */
  private readonly held = new Set<number>();
  private inHand: number | null = null;
  /** The record by which the item in hand counts as worked off. */
  private written: number | null = null;
  private hasCome = false;

  constructor(options: ConsumerOptions) {
    this.o = options;
  }

  start(records: Iterable<StreamRecord>, fx: Effects): void {
    for (const r of records) ({ connection: this.connection, next: this.next } = r);
    // What the last connection has on its way is not to be mistaken for this one's.
    this.connection += 1;
    const { connection, next } = this;
    this.note(next, fx);
    fx.observe({ kind: 'stream-opened', from: this.o.from, connection, next });
    this.upTo = next + this.o.config.window;
    this.grant(false, fx);
    fx.setTimer(this.o.timers.look, this.o.config.repeatUs);
  }

  came({ connection, item }: ItemMessage, fx: Effects): void {
    if (connection !== this.connection) return;
    this.hasCome = true;
    if (item < this.next || (item >= this.upTo && this.o.config.isBounded)) return;
    this.held.add(item);
    this.giveBack(fx);
    this.work(fx);
  }

  worked(fx: Effects): void {
    const item = this.inHand;
    if (item === null) return;
    this.held.delete(item);
    this.next += 1;
    const { next, held } = this;
    // What follows leaves when that is on disk, so does the next item.
    this.written = this.note(this.o.rules.noted(next, held.size), fx);
    fx.observe({ kind: 'item-worked', from: this.o.from, item, held: held.size });
    this.giveBack(fx);
  }

  durable(index: number, fx: Effects): void {
    if (this.written === null || index < this.written) return;
    this.written = null;
    this.inHand = null;
    fx.forget(index);
    this.work(fx);
  }

  look(fx: Effects): void {
    fx.setTimer(this.o.timers.look, this.o.config.repeatUs);
    if (!this.hasCome && this.o.rules.asksAgain(this.lacking, this.upTo)) this.grant(true, fx);
    this.hasCome = false;
  }

  describe(): Description {
    return { 'worked off': this.next, credits: this.upTo - this.next };
  }

  private work(fx: Effects): void {
    if (this.inHand !== null) return;
    this.inHand = this.o.rules.toWork(this.held, this.next);
    if (this.inHand !== null) fx.setTimer(this.o.timers.worked, this.o.config.workUs);
  }

  private giveBack(fx: Effects): void {
    const { rules, config } = this.o;
    const upTo = rules.upTo(this.next, this.held.size, config);
    if (!rules.isDue(upTo - this.upTo, config)) return;
    this.upTo = upTo;
    this.grant(false, fx);
  }

  private grant(isAgain: boolean, fx: Effects): void {
    const { connection, lacking, upTo } = this;
    const m: GrantMessage = { kind: 'grant', connection, next: lacking, upTo, isAgain };
    fx.observe({ kind: 'stream-granted', from: this.o.from, connection, upTo });
    fx.send(this.o.from, m);
  }

  private note(next: number, fx: Effects): number {
    const record: StreamRecord = { kind: 'stream', connection: this.connection, next };
    return fx.persist(record);
  }

  /** The first item that has not come. */
  private get lacking(): number {
    let item = this.next;
    while (this.held.has(item)) item += 1;
    return item;
  }
}
