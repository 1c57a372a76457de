/** The watches of one agent: each has a number, by which the store's pushes find it. */
import type { NodeId } from '../../harness/core/host.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { StoreClient } from '../store-client/store-client.ts';
import type { StoreEvents, StoreWatchFailed } from '../store/protocol.ts';
import { Subscription } from './subscription.ts';
import type { SubscriptionOptions, SubscriptionRules } from './subscription.ts';

/** Who is told of the pushes of one watch. */
export interface Listener {
  events(from: NodeId, m: StoreEvents): void;
  /** Absent: the next refresh loads everything and watches from there. */
  failed?(from: NodeId, m: StoreWatchFailed): void;
}

export class Subscriptions implements Part {
  readonly rules: SubscriptionRules;
  private readonly io: HandlerContext;
  private readonly client: StoreClient;
  private readonly listeners = new Map<number, Listener>();
  private last = 0;

  constructor(io: HandlerContext, client: StoreClient, rules: SubscriptionRules) {
    this.io = io;
    this.client = client;
    this.rules = rules;
  }

  /** A watch that is kept for as long as the agent lives, with its background refresh. */
  open(options: Omit<SubscriptionOptions, 'watch' | 'rules'>): Subscription {
    const watch = this.last + 1;
    const { rules } = this;
    const subscription = new Subscription(this.io, this.client, { ...options, watch, rules });
    this.listen(subscription);
    return subscription;
  }

  /** Gives the number under which `listener` is told, until `forget`. */
  listen(listener: Listener): number {
    this.last += 1;
    this.listeners.set(this.last, listener);
    return this.last;
  }

  forget(watch: number): void {
    this.listeners.delete(watch);
  }

  events(from: NodeId, m: StoreEvents): void {
    this.listeners.get(m.watch)?.events(from, m);
  }

  failed(from: NodeId, m: StoreWatchFailed): void {
    this.listeners.get(m.watch)?.failed?.(from, m);
  }
}
