/** How members that are started reach each other: by links of ours, whichever way they can be told of them. */
import type { NodeId } from '../core/host.ts';
import type { LaunchPlan } from '../core/launch-plan.ts';
import type { LinkSpec } from '../links/links.ts';
import { startHttpForwarder } from './http-forwarder.ts';
import { startLinkEnd } from './link-end.ts';
import type { LinkEnd } from './link-end.ts';
import { startSocksServer } from './socks-server.ts';
import { fill, mentions } from './template.ts';
import type { Fields } from './template.ts';

export interface Peer {
  readonly name: string;
  readonly host: string;
  /** For clients. */
  readonly port: number;
  /** For other members; the same where they have none of their own. */
  readonly peerPort: number;
  readonly peerPort2: number;
}

/** What one member is told of the others. */
export interface Told {
  readonly fields: Fields;
  /** Null: not set. */
  readonly env: Readonly<Record<string, string | null>>;
}

/** All texts of a plan that members are started with. */
export function textsOf({ command, env, files }: LaunchPlan): readonly string[] {
  return [...command, ...Object.values(env ?? {}), ...Object.values(files ?? {})];
}

/** Are members that are started so told of each other? */
export function arePeersTold(plan: LaunchPlan): boolean {
  const texts = textsOf(plan);
  return mentions(texts, 'peers') || mentions(texts, 'members');
}

/** A proxy that is meant for the machine leads nowhere from a namespace. */
const noProxies = Object.fromEntries(
  ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
    [name, null],
    [name.toUpperCase(), null],
  ]),
);

type Via = NonNullable<NonNullable<LaunchPlan['peers']>['via']>;

export class PeerWiring implements AsyncDisposable {
  private readonly plan: LaunchPlan;
  private readonly all: readonly Peer[];
  private readonly isProxied: boolean;
  private readonly via: Via;
  private readonly end: LinkEnd | null;
  private readonly opened: AsyncDisposable[] = [];

  private constructor(
    plan: LaunchPlan,
    all: readonly Peer[],
    isProxied: boolean,
    end: LinkEnd | null,
  ) {
    this.plan = plan;
    this.all = all;
    this.isProxied = isProxied;
    this.via = isProxied ? (plan.peers?.via ?? 'links') : 'direct';
    this.end = end;
    if (end !== null) this.opened.push(end);
  }

  /** `isProxied`: as the plan says. Otherwise they are on a network where each dials each. */
  static async open(
    plan: LaunchPlan,
    all: readonly Peer[],
    isProxied: boolean,
  ): Promise<PeerWiring> {
    const isBySocks = isProxied && plan.peers?.via === 'socks-proxy';
    const end = isBySocks ? await startLinkEnd(all[0]?.host ?? '') : null;
    return new PeerWiring(plan, all, isProxied, end);
  }

  /** The links among members, one a direction. */
  links(): readonly LinkSpec[] {
    if (!this.areOurs) return [];
    return this.pairs().map(([from, to]) => {
      return { name: this.linkOf(from, to), upstream: this.end?.address ?? peerAddress(to) };
    });
  }

  /** What member `id` is told, with `addresses` of the links by their names. */
  async told(id: NodeId, addresses: ReadonlyMap<string, string>): Promise<Told> {
    const fields = this.toldOf(id, addresses, [...this.all.keys()]);
    return this.dialling(this.all[id] as Peer, addresses, fields);
  }

  /** Its fields alone, where these are the members, itself included. */
  toldOf(
    id: NodeId,
    addresses: ReadonlyMap<string, string>,
    among: readonly NodeId[],
  ): Readonly<Record<'address' | 'peers' | 'members', string>> {
    const self = this.all[id] as Peer;
    const members = this.all.filter((_, at) => among.includes(at));
    const { each = '{{name}}={{address}}', separator = ',' } = this.plan.peers ?? {};
    const one = (to: Peer): string => fill(each, this.fieldsOf(self, to, addresses));
    return {
      address: this.fieldsOf(self, self, addresses)['address'] ?? '',
      peers: members
        .filter((to) => to !== self)
        .map(one)
        .join(separator),
      members: members.map(one).join(separator),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.opened.map(async (o) => o[Symbol.asyncDispose]()));
  }

  private async dialling(
    self: Peer,
    addresses: ReadonlyMap<string, string>,
    fields: Fields,
  ): Promise<Told> {
    const { via } = this;
    if (!this.isProxied) {
      const isBySocks = this.plan.peers?.via === 'socks-proxy';
      const none = isBySocks ? { proxyHost: '', proxyPort: '' } : {};
      return { fields: { ...fields, ...none }, env: noProxies };
    }
    if (via === 'socks-proxy') {
      const proxy = await startSocksServer(self.host, this.behindSocks(self, addresses));
      this.opened.push(proxy);
      const more = { proxyHost: proxy.host, proxyPort: String(proxy.port) };
      return { fields: { ...fields, ...more }, env: {} };
    }
    if (via !== 'http-proxy' || !this.areOurs) return { fields, env: {} };
    const behind = this.peersOf(self).map((to): [string, string] => {
      return [this.agreed(to), addresses.get(this.linkOf(self, to)) ?? peerAddress(to)];
    });
    const proxy = await startHttpForwarder(self.host, new Map(behind));
    this.opened.push(proxy);
    const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: null, no_proxy: null };
    return { fields, env };
  }

  /** By each address of a peer, the link to it; none where there are no links. */
  private behindSocks(
    self: Peer,
    addresses: ReadonlyMap<string, string>,
  ): ReadonlyMap<string, string> {
    const found = this.peersOf(self).flatMap((to): [string, string][] => {
      const link = addresses.get(this.linkOf(self, to));
      const ports = [to.port, to.peerPort, to.peerPort2];
      return link === undefined ? [] : ports.map((port) => [`${to.host}:${port}`, link]);
    });
    return new Map(found);
  }

  private fieldsOf(self: Peer, to: Peer, addresses: ReadonlyMap<string, string>): Fields {
    const { via } = this;
    const own = addresses.get(this.linkOf(self, to)) ?? peerAddress(to);
    const isAgreed = this.areOurs && via === 'http-proxy';
    const address = isAgreed ? this.agreed(to) : via === 'links' ? own : peerAddress(to);
    const number = String(this.all.indexOf(to) + 1);
    const { name, host, port, peerPort, peerPort2 } = to;
    const common = { name, number, address };
    if (via === 'links' || isAgreed) return common;
    const ports = { port: String(port), peerPort: `${peerPort}`, peerPort2: `${peerPort2}` };
    return { ...common, host, ...ports };
  }

  /** What others are told where all are told the same: a documentation address, of no machine. */
  private agreed(to: Peer): string {
    return `192.0.2.${this.all.indexOf(to) + 1}:${to.peerPort}`;
  }

  private get areOurs(): boolean {
    return arePeersTold(this.plan) && this.via !== 'direct';
  }

  private pairs(): (readonly [from: Peer, to: Peer])[] {
    return this.all.flatMap((from) => this.peersOf(from).map((to) => [from, to] as const));
  }

  private peersOf(self: Peer): Peer[] {
    return this.all.filter((to) => to !== self);
  }

  private linkOf(from: Peer, to: Peer): string {
    return `${from.name}->${to.name}`;
  }
}

function peerAddress({ host, peerPort }: Peer): string {
  return `${host}:${peerPort}`;
}
