/** The proxy beside an instance or a client: follows one control plane, and says where calls go. */
import type { NodeId } from '../../harness/core/host.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import { lanes } from '../lanes.ts';
import { Channel } from './channel.ts';
import { ClientStream, XdsCache } from './client-stream.ts';
import type { XdsConfig } from './config.ts';
import type { ResourceType, XdsFrame, XdsResponse } from './messages.ts';
import type { XdsAppliedObservation } from './observations.ts';
import type { XdsRules } from './rules.ts';
import { clustersOf, keyOf } from './snapshot.ts';

export interface ProxyOptions {
  readonly self: NodeId;
  readonly servers: readonly NodeId[];
  /** Services that are called from here. */
  readonly services: readonly string[];
  readonly config: XdsConfig;
  readonly rules: XdsRules;
}

interface Stream {
  readonly server: NodeId;
  readonly channel: Channel;
  readonly client: ClientStream;
}

export class Proxy {
  private readonly io: HandlerContext;
  private readonly o: ProxyOptions;
  private readonly cache = new XdsCache();
  private stream: Stream | null = null;
  private opened = 0;
  private nextUs = never;

  constructor(io: HandlerContext, options: ProxyOptions) {
    this.io = io;
    this.o = options;
  }

  start(): void {
    this.opened = this.io.random(2 ** 30);
    this.open();
  }

  beat(): number {
    const { io, o } = this;
    if (io.nowUs < this.nextUs) return this.nextUs;
    this.nextUs = io.nowUs + o.config.resendUs;
    const { stream } = this;
    if (stream === null || io.nowUs - stream.channel.heardUs >= o.config.deadUs) this.open();
    else stream.channel.beat(io.nowUs, o.config);
    return this.nextUs;
  }

  frame(from: NodeId, f: XdsFrame): void {
    const { stream, io, o } = this;
    if (stream === null || from !== stream.server || f.stream !== stream.channel.stream) return;
    const body = stream.channel.take(f, io.nowUs);
    if (body === null) return;
    const routes = this.cache.of.rds.size;
    const { type, refused, requests } = stream.client.take(body as XdsResponse);
    stream.channel.send(requests, io.nowUs, o.config.resendUs);
    if (refused.length === 0) {
      const brought = stream.client.brought();
      io.observe(this.applied(type, brought));
      // With a listener its route goes.
      if (type === 'lds' && this.cache.of.rds.size < routes)
        io.observe(this.applied('rds', brought));
      return;
    }
    const resources = refused.map(keyOf);
    io.observe({ kind: 'xds-refused', stream: f.stream, type, resources });
  }

  /** Where new calls of a service may go, and by which cluster; null: it is not known here. */
  find(service: string): { readonly cluster: string; readonly instances: NodeId[] } | null {
    const found = this.cache.find(service);
    if (found === null) return null;
    const usable = found.endpoints.filter((e) => this.o.rules.isUsable(e));
    return { cluster: found.cluster, instances: nodesOf(usable) };
  }

  describe(): string {
    const { stream } = this;
    return stream === null ? 'none' : `stream ${stream.channel.stream} to node ${stream.server}`;
  }

  private open(): void {
    const { io, o } = this;
    const { self, servers, config, rules, services } = o;
    this.opened += 1;
    if (!rules.keeps()) this.cache.clear();
    this.nextUs = io.nowUs + config.resendUs;
    // Neighbours begin with different control planes, and each goes round all of them.
    const server = servers[(self + this.opened) % servers.length] as NodeId;
    const channel = new Channel(this.opened, io.nowUs, (f) => io.send(server, f, lanes.agent));
    const isDelta = config.protocol === 'delta' || (config.protocol === 'mixed' && self % 2 === 1);
    const protocol = isDelta ? 'delta' : 'world';
    const client = new ClientStream({ protocol, rules, cache: this.cache, listeners: services });
    this.stream = { server, channel, client };
    channel.send(client.open(), io.nowUs, config.resendUs);
    io.wakeBy(this.nextUs);
  }

  private applied(type: ResourceType, brought: readonly string[]): XdsAppliedObservation {
    const all = [...this.cache.of[type].values()];
    return {
      kind: 'xds-applied',
      stream: this.opened,
      type,
      resources: all.map(keyOf),
      uses: [...new Set(all.flatMap(clustersOf))],
      ...(type === 'rds' && { brought }),
      endpoints: all.flatMap(({ name, body }) => {
        if (body.kind !== 'endpoints') return [];
        const of = (health: string): NodeId[] =>
          nodesOf(body.endpoints.filter((e) => e.health === health));
        return [{ cluster: name, usable: of('healthy'), draining: of('draining') }];
      }),
    };
  }
}

function nodesOf(endpoints: readonly { readonly instance: NodeId | string }[]): NodeId[] {
  return endpoints.flatMap(({ instance }) => (typeof instance === 'number' ? [instance] : []));
}
