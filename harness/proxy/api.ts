/** The requests of Toxiproxy 2.12.0's API, and what each of them does. */
import type { Prng } from '../core/prng.ts';
import { type Answer, ApiError, errorBody, json, noContent } from './answer.ts';
import { changeLinks } from './batch.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Leases } from './leases.ts';
import {
  type ProxyRequest,
  readProxies,
  readProxy,
  readProxyUpdate,
  readToxic,
  updateToxic,
} from './requests.ts';
import type { Toxic } from './toxic.ts';
import { ByteSeries } from './byte-series.ts';
import { countersView, proxyView, toxicView } from './views.ts';

/** All proxies of one server. Whoever calls these lets one request end before the next begins. */
export class Api {
  readonly proxies = new Map<string, FaultProxy>();
  private readonly random: Prng;
  private readonly series = new ByteSeries();
  private readonly leases = new Leases(this.proxies);

  private readonly runtime: (() => Promise<string>) | null;

  /** `runtime` gives more metrics, as text. */
  constructor(random: Prng, runtime: (() => Promise<string>) | null) {
    this.random = random;
    this.runtime = runtime;
  }

  version(): Answer {
    const headers = { 'Content-Type': 'application/json;charset=utf-8' };
    return { status: 200, headers, body: '{"version": "2.12.0"}\n' };
  }

  async metrics(): Promise<Answer> {
    const headers = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' };
    const runtime = (await this.runtime?.()) ?? '';
    return { status: 200, headers, body: runtime + this.series.text(this.proxies.values()) };
  }

  index(): Answer {
    return json(200, this.byName(proxyView));
  }

  async create(body: string): Promise<Answer> {
    const wanted = readProxy(body);
    if (this.proxies.has(wanted.name)) throw new ApiError(409, 'proxy already exists');
    return json(201, proxyView(await this.add(wanted)));
  }

  show(name: string): Answer {
    return json(200, proxyView(this.proxy(name)));
  }

  async update(name: string, body: string): Promise<Answer> {
    const proxy = this.proxy(name);
    const { listen, upstream, isEnabled: enabled, protocol, halfClose } = proxy;
    this.series.count(proxy);
    await proxy.update(readProxyUpdate(body, { listen, upstream, enabled, protocol, halfClose }));
    return json(200, proxyView(proxy));
  }

  remove(name: string): Answer {
    const proxy = this.proxy(name);
    proxy.stop();
    this.series.count(proxy);
    this.proxies.delete(name);
    return noContent;
  }

  toxics(name: string): Answer {
    return json(200, this.proxy(name).toxics.map(toxicView));
  }

  addToxic(name: string, body: string): Answer {
    const proxy = this.proxy(name);
    const toxic = readToxic(body, {
      protocol: proxy.protocol,
      isTaken: (t) => proxy.toxic(t) !== undefined,
      hasLease: (lease) => this.leases.has(lease),
    });
    proxy.addToxic(toxic);
    this.leases.watch(proxy, toxic);
    return json(200, toxicView(toxic));
  }

  showToxic(name: string, toxic: string): Answer {
    return json(200, toxicView(toxicOf(this.proxy(name), toxic)));
  }

  updateToxic(name: string, toxicName: string, body: string): Answer {
    const proxy = this.proxy(name);
    const toxic = toxicOf(proxy, toxicName);
    try {
      updateToxic(toxic, body);
      this.leases.watch(proxy, toxic);
    } finally {
      proxy.toxicChanged(toxic);
    }
    return json(200, toxicView(toxic));
  }

  removeToxic(name: string, toxic: string): Answer {
    const proxy = this.proxy(name);
    proxy.removeToxic(toxicOf(proxy, toxic));
    return noContent;
  }

  /** Replaces proxies that differ, keeps those that do not, stops at the first that fails. */
  async populate(body: string): Promise<Answer> {
    const done: FaultProxy[] = [];
    const views = () => (done.length === 0 ? null : done.map(proxyView));
    try {
      for (const wanted of readProxies(body)) done.push(await this.addOrReplace(wanted));
    } catch (e) {
      const error = errorBody(e);
      return json(error.status, { ...error, proxies: views() });
    }
    return json(201, { proxies: views() });
  }

  /** Starts every proxy and removes every toxic. One that cannot start does not hinder the others. */
  async reset(): Promise<Answer> {
    const proxies = [...this.proxies.values()];
    for (const proxy of proxies) for (const toxic of proxy.toxics) proxy.removeToxic(toxic);
    const started = await Promise.allSettled(proxies.map((proxy) => proxy.start()));
    const failed = started.find((r) => r.status === 'rejected');
    if (failed !== undefined) throw failed.reason as Error;
    return noContent;
  }

  links(): Answer {
    return json(200, this.byName(countersView));
  }

  async changeLinks(body: string): Promise<Answer> {
    await changeLinks(this.proxies, this.leases, body);
    return noContent;
  }

  allLeases(): Answer {
    return json(200, this.leases.view());
  }

  renewLease(name: string, body: string): Answer {
    return json(200, { name, ms: this.leases.renew(name, body) });
  }

  async endLease(name: string): Promise<Answer> {
    await this.leases.end(name);
    return noContent;
  }

  close(): void {
    for (const proxy of this.proxies.values()) proxy.stop();
    this.proxies.clear();
    this.leases.close();
  }

  private proxy(name: string): FaultProxy {
    const proxy = this.proxies.get(name);
    if (proxy === undefined) throw new ApiError(404, 'proxy not found');
    return proxy;
  }

  private async addOrReplace(wanted: ProxyRequest): Promise<FaultProxy> {
    const existing = this.proxies.get(wanted.name);
    if (existing !== undefined) {
      if (!(await existing.differs(wanted))) return existing;
      existing.stop();
      this.series.count(existing);
    }
    return this.add(wanted);
  }

  private async add(wanted: ProxyRequest): Promise<FaultProxy> {
    const proxy = new FaultProxy(wanted, this.random);
    if (wanted.enabled) await proxy.start();
    this.proxies.set(proxy.name, proxy);
    return proxy;
  }

  private byName<T>(view: (proxy: FaultProxy) => T): ReadonlyMap<string, T> {
    // Go sorts keys by their UTF-8 bytes.
    const names = [...this.proxies.keys()].sort((a, b) => Buffer.from(a).compare(Buffer.from(b)));
    return new Map(names.map((name) => [name, view(this.proxy(name))]));
  }
}

function toxicOf(proxy: FaultProxy, name: string): Toxic {
  const toxic = proxy.toxic(name);
  if (toxic === undefined) throw new ApiError(404, 'toxic not found');
  return toxic;
}
