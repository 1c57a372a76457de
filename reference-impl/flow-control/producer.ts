/** The producer of a stream: it makes an item when it has a credit for it, and not before. */
import type { Effects, NodeId } from '../../harness/core/host.ts';
import type { FlowControlConfig } from './config.ts';
import type { GrantMessage, ItemMessage } from './messages.ts';
import type {} from './observations.ts';
import type { FlowControlRules } from './rules.ts';

interface ProducerOptions {
  readonly to: NodeId;
  /** Fires when an item is made. */
  readonly timer: number;
  readonly config: FlowControlConfig;
  readonly rules: FlowControlRules;
}

interface Window {
  readonly connection: number;
  next: number;
  upTo: number;
}

export class Producer {
  private readonly o: ProducerOptions;
  /** Null until its consumer was heard: whoever starts knows of no credits. */
  private window: Window | null = null;
  private isMaking = false;

  constructor(options: ProducerOptions) {
    this.o = options;
  }

  granted({ connection, next, upTo, isAgain }: GrantMessage, fx: Effects): void {
    const known = this.window;
    if (known === null || this.o.rules.isAnew(connection, known.connection)) {
      this.window = { connection, next, upTo };
    } else if (connection === known.connection) {
      known.next = isAgain ? next : Math.max(known.next, next);
      known.upTo = Math.max(known.upTo, upTo);
    }
    this.goOn(fx);
  }

  made(fx: Effects): void {
    const { to } = this.o;
    const w = this.window;
    this.isMaking = false;
    if (w === null || !this.maySend(w)) return;
    const { connection, next: item } = w;
    w.next += 1;
    const m: ItemMessage = { kind: 'item', connection, item };
    fx.observe({ kind: 'item-sent', to, connection, item });
    fx.send(to, m);
    this.goOn(fx);
  }

  private goOn(fx: Effects): void {
    if (this.isMaking || this.window === null || !this.maySend(this.window)) return;
    this.isMaking = true;
    fx.setTimer(this.o.timer, this.o.config.itemUs);
  }

  private maySend({ next, upTo }: Window): boolean {
    return this.o.rules.maySend(next, upTo, this.o.config);
  }
}
