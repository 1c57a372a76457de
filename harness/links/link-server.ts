/**
 * The two kinds of server behind links: the embedded proxy, which changes many links in one tick and
 * counts as data flows, and a real Toxiproxy, which takes one call a change.
 */
import type { ICreateToxicBody, Toxiproxy } from 'toxiproxy-node-client';
import { HarnessError } from '../core/errors.ts';
import type { LinkCounters, LinkSpec } from './links.ts';
import { readMetrics } from './metrics.ts';
import { connectToxiproxy, ToxiproxyFailure } from './toxiproxy.ts';

export type LinkChange =
  | { readonly do: 'add'; readonly link: string; readonly toxic: ToxicBody }
  | { readonly do: 'remove'; readonly link: string; readonly toxic: string }
  | { readonly do: 'disable'; readonly link: string }
  | { readonly do: 'enable'; readonly link: string };

interface ToxicBody {
  readonly name: string;
  readonly type: string;
  readonly stream: 'upstream' | 'downstream';
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, number>>;
}

/** A proxy as the server shows it; toxics by name. */
interface SeenProxy {
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly string[];
}

/** Names of links: those that resisted, and those that lacked what was to be removed. */
export interface Changed {
  readonly stuck: readonly string[];
  readonly missing: readonly string[];
}

export interface LinkServer {
  /** Counters move as data flows, not only when connections end. */
  readonly isLive: boolean;
  proxies(): Promise<ReadonlyMap<string, SeenProxy>>;
  /** Makes proxies; gives their addresses by name. */
  populate(specs: readonly Required<LinkSpec>[]): Promise<ReadonlyMap<string, string>>;
  /** Removes proxies; one that is gone is fine. Gives the names of those that resisted. */
  remove(links: readonly string[]): Promise<readonly string[]>;
  /** Makes all changes, in one tick where the server can, and throws the first failure. */
  change(changes: readonly LinkChange[]): Promise<void>;
  /** Tries every change, whatever becomes of the others. */
  changeEach(changes: readonly LinkChange[]): Promise<Changed>;
  counters(): Promise<ReadonlyMap<string, LinkCounters> | null>;
}

/** Throws E_ENDPOINT when no Toxiproxy answers at `api`. */
export async function openLinkServer(api: string, timeoutUs: number): Promise<LinkServer> {
  const client = connectToxiproxy(api, timeoutUs);
  try {
    await client.getVersion();
    const isEmbedded = await unlessMissing(client.api.get(`${api}/links`));
    return isEmbedded === null ? new RealServer(client) : new EmbeddedServer(client);
  } catch (e) {
    const why = `no Toxiproxy answers at ${api}: ${e instanceof Error ? e.message : String(e)}.`;
    throw new HarnessError('E_ENDPOINT', `${why} Start one there, or name another address.`, {
      cause: e,
    });
  }
}

class RealServer implements LinkServer {
  readonly isLive: boolean = false;
  protected readonly client: Toxiproxy;

  constructor(client: Toxiproxy) {
    this.client = client;
  }

  async proxies(): Promise<ReadonlyMap<string, SeenProxy>> {
    // The client's own `getAll` leaves the toxics out.
    type Shown = Omit<SeenProxy, 'toxics'> & { toxics: { name: string }[] };
    const { data } = await this.client.api.get<Record<string, Shown>>(this.url('/proxies'));
    return new Map(
      Object.entries(data).map(([name, proxy]) => [
        name,
        { ...proxy, toxics: proxy.toxics.map((toxic) => toxic.name) },
      ]),
    );
  }

  async populate(specs: readonly Required<LinkSpec>[]): Promise<ReadonlyMap<string, string>> {
    if (specs.length === 0) return new Map();
    const made = await this.client.populate([...specs]);
    return new Map(Object.values(made).map((proxy) => [proxy.name, proxy.listen]));
  }

  async remove(links: readonly string[]): Promise<readonly string[]> {
    const calls = links.map((link) => [link, this.client.api.delete(this.proxy(link))] as const);
    return (await this.each(calls)).stuck;
  }

  async change(changes: readonly LinkChange[]): Promise<void> {
    const links = new Set(changes.map((c) => c.link));
    await Promise.all(
      [...links].map(async (link) => {
        // Toxics stand in the order in which they are added.
        for (const c of changes) {
          if (c.link !== link) continue;
          await (c.do === 'remove' ? unlessMissing(this.changeOne(c)) : this.changeOne(c));
        }
      }),
    );
  }

  changeEach(changes: readonly LinkChange[]): Promise<Changed> {
    return this.each(changes.map((change) => [change.link, this.changeOne(change)]));
  }

  async counters(): Promise<ReadonlyMap<string, LinkCounters> | null> {
    const text = await unlessMissing(this.client.api.getText(this.url('/metrics')));
    return text === null ? null : readMetrics(text);
  }

  private async changeOne(change: LinkChange): Promise<void> {
    const { link } = change;
    switch (change.do) {
      case 'add': {
        const toxic = change.toxic as ICreateToxicBody<unknown>;
        await this.client.api.post(`${this.proxy(link)}/toxics`, toxic);
        return;
      }
      case 'remove':
        await this.client.api.delete(`${this.proxy(link)}/toxics/${change.toxic}`);
        return;
      case 'enable':
      case 'disable':
        await this.client.api.post(this.proxy(link), { enabled: change.do === 'enable' });
    }
  }

  private async each(
    calls: readonly (readonly [link: string, call: Promise<unknown>])[],
  ): Promise<Changed> {
    const results = await Promise.allSettled(
      calls.map(([, call]) => unlessMissing(call.then(() => true))),
    );
    const linksThat = (test: (r: PromiseSettledResult<true | null>) => boolean): string[] => {
      const found = calls.filter((_, i) => test(results[i] as PromiseSettledResult<true | null>));
      return [...new Set(found.map(([link]) => link))];
    };
    return {
      stuck: linksThat((r) => r.status === 'rejected'),
      missing: linksThat((r) => r.status === 'fulfilled' && r.value === null),
    };
  }

  protected url(path: string): string {
    return `${this.client.host}${path}`;
  }

  private proxy(link: string): string {
    return this.url(`/proxies/${link}`);
  }
}

/** Uses the extension `/links` of the embedded proxy. */
class EmbeddedServer extends RealServer {
  override readonly isLive = true;

  override async change(changes: readonly LinkChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.client.api.post(this.url('/links'), changes.map(inBatch));
  }

  override async changeEach(changes: readonly LinkChange[]): Promise<Changed> {
    try {
      const there = await this.proxies();
      const missing = changes.flatMap((c) =>
        c.do === 'remove' && there.get(c.link)?.toxics.includes(c.toxic) !== true ? [c.link] : [],
      );
      await this.change(changes);
      return { stuck: [], missing: [...new Set(missing)] };
    } catch {
      return super.changeEach(changes);
    }
  }

  override async counters(): Promise<ReadonlyMap<string, LinkCounters> | null> {
    const { data } = await this.client.api.get<Record<string, LinkCounters>>(this.url('/links'));
    return new Map(Object.entries(data));
  }
}

function inBatch(change: LinkChange): unknown {
  const proxy = change.link;
  switch (change.do) {
    case 'add':
      return { proxy, add: change.toxic };
    case 'remove':
      return { proxy, remove: change.toxic };
    case 'enable':
    case 'disable':
      return { proxy, enabled: change.do === 'enable' };
  }
}

/** What the call gives, or null when there is no such thing. */
async function unlessMissing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (e) {
    if (e instanceof ToxiproxyFailure && e.status === 404) return null;
    throw e;
  }
}
