/**
 * An extension for whoever may die before he has undone what he did. A toxic, or a proxy that was
 * disabled, may have a deadline, and may belong to a lease: `POST /leases/NAME {"ms": 5000}` opens one
 * and renews it, `DELETE /leases/NAME` ends it, as it ends by itself when it is not renewed. What
 * belongs to it is undone then.
 */
import { ApiError } from './answer.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { deadlineMsMax, fill, parse } from './requests.ts';
import { Alarm } from './stage.ts';
import type { Toxic } from './toxic.ts';

/** How a disabled proxy comes back. */
export interface Disabled {
  readonly deadlineMs: number | null;
  readonly lease: string | null;
}

export class Leases {
  private readonly proxies: ReadonlyMap<string, FaultProxy>;
  private readonly leases = new Map<string, { readonly ms: number; readonly alarm: Alarm }>();
  /** Of toxics, and of proxies that are disabled. */
  private readonly deadlines = new Map<Toxic | FaultProxy, Alarm>();
  /** The lease that a proxy was disabled with, and how often it was stopped until then. */
  private readonly disabled = new Map<FaultProxy, { lease: string | null; stops: number }>();

  constructor(proxies: ReadonlyMap<string, FaultProxy>) {
    this.proxies = proxies;
  }

  has(name: string): boolean {
    return this.leases.has(name);
  }

  view(): Readonly<Record<string, { readonly ms: number }>> {
    return Object.fromEntries([...this.leases].map(([name, { ms }]) => [name, { ms }]));
  }

  /** Opens a lease, or renews it. Gives the ms until it ends. */
  renew(name: string, body: string): number {
    const { number, error } = fill(parse(body), {
      type: 'a lease',
      owner: 'lease',
      isStrict: true,
      fields: { ms: 'int64' },
    });
    const ms = Number(number['ms'] ?? this.leases.get(name)?.ms ?? 0);
    if (error !== null || ms < 1 || ms > deadlineMsMax) {
      throw new ApiError(
        400,
        `ms is ${error === null ? ms : 'none'}, wanted 1 to ${deadlineMsMax}`,
      );
    }
    this.leases.get(name)?.alarm.stop();
    const alarm = new Alarm(() => void this.end(name).catch(() => {}));
    alarm.set(ms);
    this.leases.set(name, { ms, alarm });
    return ms;
  }

  /** Ends a lease, and undoes what belongs to it. Throws 404 for one that is not there. */
  async end(name: string): Promise<void> {
    const lease = this.leases.get(name);
    if (lease === undefined) throw new ApiError(404, `lease not found: ${name}`);
    lease.alarm.stop();
    this.leases.delete(name);
    for (const proxy of this.proxies.values()) {
      for (const toxic of proxy.toxics) if (toxic.lease === name) proxy.removeToxic(toxic);
    }
    const back = [...this.disabled].filter(([, { lease: its }]) => its === name);
    await Promise.all(back.map(([proxy]) => this.enable(proxy)));
  }

  /** To be called when a toxic was added, or given another deadline. */
  watch(proxy: FaultProxy, toxic: Toxic): void {
    this.setDeadline(toxic, toxic.deadlineMs, () => {
      if (proxy.toxics.includes(toxic)) proxy.removeToxic(toxic);
    });
  }

  /** To be called when a proxy was disabled. */
  watchDisabled(proxy: FaultProxy, { deadlineMs, lease }: Disabled): void {
    this.disabled.set(proxy, { lease, stops: proxy.stops });
    this.setDeadline(proxy, deadlineMs, () => void this.enable(proxy).catch(() => {}));
  }

  close(): void {
    for (const { alarm } of this.leases.values()) alarm.stop();
    for (const alarm of this.deadlines.values()) alarm.stop();
    this.leases.clear();
    this.deadlines.clear();
  }

  private async enable(proxy: FaultProxy): Promise<void> {
    const stops = this.disabled.get(proxy)?.stops;
    this.disabled.delete(proxy);
    this.setDeadline(proxy, null, () => {});
    // One that was removed, made anew, or stopped again by somebody else stays as it is.
    if (this.proxies.get(proxy.name) === proxy && proxy.stops === stops) await proxy.start();
  }

  private setDeadline(of: Toxic | FaultProxy, ms: number | null, undo: () => void): void {
    this.deadlines.get(of)?.stop();
    this.deadlines.delete(of);
    if (ms === null) return;
    const alarm = new Alarm(() => {
      this.deadlines.delete(of);
      undo();
    });
    alarm.set(ms);
    this.deadlines.set(of, alarm);
  }
}
