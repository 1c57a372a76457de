/**
 * An instance of a federated service: renews its lease at the registry of its zone, and at the next of its region
 * while that does not answer. Each renewal tries its own zone first, so that it is home again at once.
 */
import type { Call, Component, Effects, Msg, NodeId, World } from '../../harness/core/host.ts';
import type { FederationConfig } from './config.ts';
import type { FederationMessage, Instance } from './messages.ts';
import type { FederationRules } from './rules.ts';

export interface InstanceOptions {
  readonly of: Instance;
  /** The registry of its zone first. */
  readonly homes: readonly NodeId[];
  readonly config: FederationConfig;
  readonly rules: FederationRules;
}

const due = 1;
const late = 2;

export class FederatedInstance implements Component {
  private readonly o: InstanceOptions;
  /** The request that is out; 0: none. */
  private request = 0;
  private last = 0;
  private tries = 0;
  private isStopping = false;

  constructor(options: InstanceOptions) {
    this.o = options;
  }

  start(_records: Iterable<unknown>, w: World, fx: Effects): void {
    this.last = w.random(2 ** 31);
    fx.setTimer(due, w.random(this.o.config.renewUs));
  }

  durable(): void {}

  timer(kind: number, arg: number, _w: World, fx: Effects): void {
    if (this.isStopping) return;
    if (kind === due) {
      fx.setTimer(due, this.o.config.renewUs);
      this.tries = 0;
      this.ask(fx);
    } else if (arg === this.request) {
      this.tries += 1;
      this.ask(fx);
    }
  }

  message(_from: NodeId, msg: Msg): void {
    const m = msg as FederationMessage;
    if (m.kind === 'noted' && m.request === this.request) this.request = 0;
  }

  call(c: Call, _w: World, fx: Effects): void {
    fx.reply(c.id, { type: 'fail', error: 'this node is no registry' });
  }

  /** To all of its region: whoever has it must let it go. */
  stop(_w: World, fx: Effects): void {
    this.isStopping = true;
    const { homes, of, rules } = this.o;
    for (const home of homes.slice(0, rules.goodbyes(homes.length))) {
      send(fx, home, { kind: 'gone', name: of.name });
    }
  }

  private ask(fx: Effects): void {
    const { homes, of, config } = this.o;
    this.request = 0;
    const home = homes[this.tries];
    if (home === undefined) return;
    this.last += 1;
    this.request = this.last;
    send(fx, home, { kind: 'here', request: this.request, of });
    fx.setTimer(late, config.tryUs, this.request);
  }
}

function send(fx: Effects, to: NodeId, m: FederationMessage): void {
  fx.send(to, m);
}
