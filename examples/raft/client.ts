/** A client of the cluster: asks one server after another until the leader has taken the request. */
import type { Call, Component, Effects, Json, NodeId, World } from 'antlion';
import type { Ask, RaftMsg } from './messages.ts';

const retryUs = 50_000;
/** After so long without an answer the next request begins with another server. */
const silenceUs = 400_000;
const [retryTimer, silenceTimer] = [0, 1];

export class Client implements Component {
  private readonly servers: number;
  private server = 0;
  /** The request that is open. A request that the leader has taken is never sent again. */
  private open: Ask | null = null;

  constructor(servers: number) {
    this.servers = servers;
  }

  call({ id, f, key, value }: Call, _: World, fx: Effects): void {
    this.open = { kind: 'ask', id, f, key, value };
    fx.send(this.server, this.open);
    fx.setTimer(silenceTimer, silenceUs, id);
  }

  message(from: NodeId, m: RaftMsg, _: World, fx: Effects): void {
    if (this.open === null || !('id' in m) || m.id !== this.open.id) return;
    if (m.kind === 'answer') {
      this.open = null;
      fx.reply(m.id, { type: 'ok', value: m.value, node: from } as Json);
    } else if (m.kind === 'elsewhere' && from === this.server) {
      this.server = m.leader ?? (from + 1) % this.servers;
      fx.setTimer(retryTimer, m.leader === null ? retryUs : 0, m.id);
    }
  }

  timer(kind: number, id: number, _: World, fx: Effects): void {
    if (this.open?.id !== id) return;
    if (kind === retryTimer) fx.send(this.server, this.open);
    // The request may have been taken: whoever waits for it is told nothing, which means "unknown".
    else this.server = (this.server + 1) % this.servers;
  }

  start(): void {}
  durable(): void {}
}
