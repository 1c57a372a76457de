/**
 * Credit-based flow control (R5): each node sends a stream of items to the next by number, and works off the one of the
 * node before. A consumer grants credits, a producer sends what it has credits for (`request(n)` of Reactive
 * Streams 1.0.4, rule 1.1; the windows of HTTP/2, RFC 9113, 5.2), and credits come back as items are worked off.
 */
import type {
  Component,
  Description,
  Effects,
  Msg,
  NodeId,
  Rec,
  World,
} from '../../harness/core/host.ts';
import type { FlowControlConfig } from './config.ts';
import { Consumer } from './consumer.ts';
import type { FlowControlMessage, StreamRecord } from './messages.ts';
import { Producer } from './producer.ts';
import type { FlowControlRules } from './rules.ts';

export interface FlowControlOptions {
  readonly self: NodeId;
  /** Nodes 0 … size-1 have streams; 2 or more. */
  readonly size: number;
  readonly config: FlowControlConfig;
  readonly rules: FlowControlRules;
}

export function createFlowControl(options: FlowControlOptions): Component {
  return new FlowControl(options);
}

const timers = { made: 1, worked: 2, look: 3 } as const;

class FlowControl implements Component {
  private readonly producer: Producer;
  private readonly consumer: Consumer;

  constructor({ self, size, config, rules }: FlowControlOptions) {
    const to = (self + 1) % size;
    const from = (self + size - 1) % size;
    this.producer = new Producer({ to, timer: timers.made, config, rules });
    this.consumer = new Consumer({ from, timers, config, rules });
  }

  start(records: Iterable<Rec>, _w: World, fx: Effects): void {
    this.consumer.start(records as Iterable<StreamRecord>, fx);
  }

  message(_from: NodeId, msg: Msg, _w: World, fx: Effects): void {
    const m = msg as FlowControlMessage;
    if (m.kind === 'grant') this.producer.granted(m, fx);
    else this.consumer.came(m, fx);
  }

  timer(kind: number, _arg: number, _w: World, fx: Effects): void {
    if (kind === timers.made) this.producer.made(fx);
    else if (kind === timers.worked) this.consumer.worked(fx);
    else this.consumer.look(fx);
  }

  durable(index: number, _w: World, fx: Effects): void {
    this.consumer.durable(index, fx);
  }

  call(): void {}

  describe(): Description {
    return this.consumer.describe();
  }
}
