/** Links over Toxiproxy's API: `openLinks`. */
import { assert } from '../core/assert.ts';
import { HarnessError } from '../core/errors.ts';
import type { LinkFigure, MessageFigure } from '../faults/figure.ts';
import type { LinkEffect, ProxyEffect } from '../faults/ports.ts';
import type {
  Effect,
  LinkCounters,
  LinkDirection,
  Links,
  LinkSpec,
  LinksOptions,
} from './links.ts';
import { type LinkChange, type LinkServer, openLinkServer } from './link-server.ts';
import { ToxiproxyFailure } from './toxiproxy.ts';

/**
 * The links of the server at `options.api`, the embedded proxy or a real Toxiproxy. Throws
 * E_ENDPOINT when it does not answer.
 */
export async function openLinks(options: LinksOptions): Promise<Links> {
  const server = await openLinkServer(options.api, options.timeoutUs ?? 2_000_000);
  return new ToxiproxyLinks(server, options);
}

/** A fault between `inject` and `heal`, and after it for `effect`. */
interface Injected {
  readonly effect: ProxyEffect;
  readonly figure: LinkFigure;
  readonly on: readonly LinkDirection[];
  readonly before: ReadonlyMap<string, LinkCounters> | null;
  /** Counters at the end of the fault, where they are live. */
  after: ReadonlyMap<string, LinkCounters> | null;
  /** In force, over and still there, over and gone. */
  state: 'active' | 'stuck' | 'healed';
  /** Links on which it was gone before its end, and those that were made anew as they resisted it. */
  readonly missing: string[];
  readonly remade: string[];
}

/** Toxics of the embedded proxy alone. */
const extensions: ReadonlySet<string> = new Set(['half_open', 'accept_stall']);

/** A change that begins a fault. */
type Doing = Extract<LinkChange, { do: 'add' | 'disable' }>;

class ToxiproxyLinks implements Links {
  private readonly server: LinkServer;
  private readonly options: LinksOptions;
  /** Every link by name, with the address that it got. */
  private readonly made = new Map<string, Required<LinkSpec>>();
  private readonly faults = new Map<string, Injected>();
  /** Ends when all that was begun alone has ended. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(server: LinkServer, options: LinksOptions) {
    this.server = server;
    this.options = options;
  }

  async create(specs: readonly LinkSpec[]): Promise<ReadonlyMap<string, string>> {
    for (const { name } of specs) requireName(name);
    const wanted = specs.map((s) => ({ listen: '127.0.0.1:0', ...s }));
    const there = await this.server.proxies();
    const foreign = wanted.find(({ name }) => there.has(name));
    if (foreign !== undefined) {
      const why = `link ${foreign.name} exists on ${this.options.api}, wanted a free name.`;
      throw new HarnessError('E_REFUSED_TARGET', `${why} Remove it, or use another server.`);
    }
    try {
      const addresses = await this.server.populate(wanted);
      for (const spec of wanted) {
        const listen = addresses.get(spec.name);
        assert(listen !== undefined, 'the server made every link', { name: spec.name });
        this.made.set(spec.name, { ...spec, listen });
      }
      return addresses;
    } catch (e) {
      for (const { name } of wanted) this.made.delete(name);
      await this.server.remove(wanted.map((s) => s.name));
      throw inUse(e) ?? e;
    }
  }

  has(name: string): boolean {
    return this.made.has(name);
  }

  whyNot(_on: readonly LinkDirection[], effect: LinkEffect): string | null {
    if ('packets' in effect) return 'a proxy carries connections, of which no packet is lost';
    const own = 'toxics' in effect ? effect.toxics.find((t) => extensions.has(t.type)) : undefined;
    return own === undefined || this.server.isLive
      ? null
      : `${own.type} takes the embedded proxy: Toxiproxy has no such toxic`;
  }

  async inject(
    fault: string,
    on: readonly LinkDirection[],
    effect: LinkEffect,
    figure: LinkFigure | MessageFigure,
  ): Promise<void> {
    requireName(fault);
    assert(!('packets' in effect) && isOfProxies(figure), 'a proxy does this', { effect, figure });
    const state = this.faults.get(fault)?.state ?? 'healed';
    assert(state === 'healed', 'a fault ends before it begins again', { fault, state });
    for (const { link } of on) this.link(link);
    await this.inOrder(isLast(effect), () => this.begin(fault, on, effect, figure));
  }

  private async begin(
    fault: string,
    on: readonly LinkDirection[],
    effect: ProxyEffect,
    figure: LinkFigure,
  ): Promise<void> {
    const unique = [...new Map(on.map((d) => [`${d.stream} ${d.link}`, d])).values()];
    const before = await this.server.counters();
    const known = { effect, figure, on: unique, before, after: null, state: 'active' } as const;
    const injected = { ...known, missing: [], remade: [] };
    const changes = this.changes(fault, injected);
    const last = this.comingLast(changes);
    this.faults.set(fault, { ...injected });
    // A server appends: what comes last is taken away and put behind what is added.
    await this.server.change(last.flatMap((c) => this.opposite(c)));
    await this.server.change(changes);
    await this.server.change(last);
  }

  async heal(fault: string): Promise<void> {
    const injected = this.faults.get(fault);
    if (injected === undefined || injected.state === 'healed') return;
    await this.inOrder(isLast(injected.effect), () => this.undo(fault, injected));
  }

  private async undo(fault: string, injected: Injected): Promise<void> {
    if (injected.state === 'healed') return;
    if (injected.state === 'active' && this.server.isLive) {
      injected.after = await this.server.counters().catch(() => null);
    }
    // From here on it does not keep links disabled that other faults let go.
    injected.state = 'stuck';
    const undo = this.changes(fault, injected).flatMap((c) => this.opposite(c));
    const { stuck, missing } = await this.server.changeEach(undo);
    injected.missing.push(...missing);
    injected.remade.push(...stuck);
    const remade = await Promise.all(stuck.map((link) => this.remake(link)));
    if (remade.includes(false)) return;
    injected.state = 'healed';
  }

  async healAll(): Promise<void> {
    for (const fault of this.faults.keys()) await this.heal(fault);
  }

  async verify(): Promise<string[]> {
    try {
      const there = await this.server.proxies();
      return [...this.made.values()].flatMap((link) => {
        const proxy = there.get(link.name);
        if (proxy === undefined) return [`link ${link.name} is gone`];
        if (!proxy.enabled) return [`link ${link.name} is disabled`];
        if (proxy.listen !== link.listen || proxy.upstream !== link.upstream) {
          return [`link ${link.name} leads from ${proxy.listen} to ${proxy.upstream}`];
        }
        return proxy.toxics.map((toxic) => `link ${link.name} has toxic ${toxic}`);
      });
    } catch (e) {
      return [`links cannot be verified: ${e instanceof Error ? e.message : String(e)}`];
    }
  }

  async effect(fault: string): Promise<Effect> {
    const injected = this.faults.get(fault);
    assert(injected !== undefined, 'effect is asked of a fault that began', { fault });
    const { before, effect, figure, on } = injected;
    const now = injected.after ?? (await this.server.counters());
    if (before === null || now === null) return 'unknown';
    const grew = on.some(({ link, stream }) => {
      const [a, b] = [before.get(link), now.get(link)];
      if (b === undefined) return false;
      return figureOf(figure, b, stream) > (a === undefined ? 0 : figureOf(figure, a, stream));
    });
    if (grew) return 'yes';
    // A connection that is refused is seen by its client alone.
    return this.server.isLive && !('listener' in effect) ? 'no' : 'unknown';
  }

  oddities(fault: string): readonly string[] {
    const { missing = [], remade = [] } = this.faults.get(fault) ?? {};
    const list = (links: readonly string[]): string => [...new Set(links)].join(', ');
    return [
      ...(missing.length > 0 ? [`it was gone before its end on ${list(missing)}`] : []),
      ...(remade.length > 0
        ? [`${list(remade)} resisted and was made anew, and lost what was under way`]
        : []),
    ];
  }

  counters(): Promise<ReadonlyMap<string, LinkCounters> | null> {
    return this.server.counters();
  }

  async close(): Promise<void> {
    const names = [...this.made.keys()];
    const left = await this.server.remove(names);
    if (left.length > 0) return;
    this.made.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * One after the other while there is a fault that comes last, whose toxics are taken away for a moment
   * where others are added: an end at that moment would find nothing to remove, and it would come back.
   */
  private async inOrder(isItLast: boolean, work: () => Promise<void>): Promise<void> {
    const isAny = [...this.faults.values()].some((f) => f.state !== 'healed' && isLast(f.effect));
    if (!isItLast && !isAny) return work();
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private link(name: string): Required<LinkSpec> {
    const link = this.made.get(name);
    if (link !== undefined) return link;
    const why = `link ${name} was not made by this run, wanted one of its ${this.made.size} links.`;
    throw new HarnessError('E_REFUSED_TARGET', `${why} Only what a run made is disturbed.`);
  }

  /** What the fault changes: its toxics in each direction, or one switch a link. */
  private changes(fault: string, { effect, on }: Pick<Injected, 'effect' | 'on'>): Doing[] {
    if ('listener' in effect) {
      const links = new Set(on.map((d) => d.link));
      return [...links].map((link) => ({ do: 'disable', link }) as const);
    }
    return on.flatMap(({ link, stream }) =>
      effect.toxics.map(({ type, attributes, toxicity = 1 }, i) => {
        const name = `${fault}.${stream}${i === 0 ? '' : `.${i + 1}`}`;
        return { do: 'add', link, toxic: { name, stream, toxicity, type, attributes } } as const;
      }),
    );
  }

  /** The toxics in force that come last, where others are added. */
  private comingLast(added: readonly Doing[]): Doing[] {
    const place = (c: Doing): string => (c.do === 'add' ? `${c.toxic.stream} ${c.link}` : '');
    const grown = new Set(added.map(place));
    return [...this.faults.entries()]
      .filter(([, { state, effect }]) => state === 'active' && isLast(effect))
      .flatMap(([fault, injected]) => this.changes(fault, injected))
      .filter((c) => grown.has(place(c)));
  }

  /** A link is enabled again when no other fault keeps it disabled. */
  private opposite(change: Doing): LinkChange[] {
    const { link } = change;
    if (change.do === 'add') return [{ do: 'remove', link, toxic: change.toxic.name }];
    return this.isDisabled(link) ? [] : [{ do: 'enable', link }];
  }

  private isDisabled(link: string): boolean {
    return this.active(link).some((change) => change.do === 'disable');
  }

  /** What the active faults do to one link. */
  private active(link: string): LinkChange[] {
    return [...this.faults]
      .filter(([, injected]) => injected.state === 'active')
      .flatMap(([fault, injected]) => this.changes(fault, injected))
      .filter((change) => change.link === link);
  }

  /** A link that resists (Toxiproxy's API hangs on one that nobody reads) is removed and made anew. */
  private async remake(name: string): Promise<boolean> {
    const link = this.made.get(name);
    if (link === undefined) return true;
    try {
      // One that is still there would be taken for good by `populate`, faults and all.
      if ((await this.server.remove([name])).length > 0) return false;
      await this.server.populate([link]);
      await this.server.change(this.active(name));
      return true;
    } catch {
      // `verify` tells what is left.
      return false;
    }
  }
}

function isLast(effect: ProxyEffect): boolean {
  return 'toxics' in effect && effect.comesLast === true;
}

/** The count that grows when the fault meets traffic of this stream. */
function isOfProxies(figure: LinkFigure | MessageFigure): figure is LinkFigure {
  return !figure.endsWith('-messages');
}

function figureOf(
  figure: LinkFigure,
  counters: LinkCounters,
  stream: LinkDirection['stream'],
): number {
  switch (figure) {
    case 'carried-bytes':
      return counters[stream].receivedBytes;
    case 'delayed-bytes':
      return counters[stream].delayedBytes;
    case 'dropped-bytes':
      return counters[stream].droppedBytes;
    case 'broken-connections':
      // A server that counts when connections end shows broken ones by the bytes they had received.
      return counters.broken ?? counters[stream].receivedBytes;
  }
}

function requireName(name: string): void {
  assert(/^[\w.:>-]+$/.test(name), 'a name of letters, digits and _ . : - >', { name });
}

function inUse(e: unknown): HarnessError | null {
  if (!(e instanceof ToxiproxyFailure) || !e.message.includes('address already in use'))
    return null;
  const why = `a link cannot listen: ${e.message}. Choose another port, or let the system choose.`;
  return new HarnessError('E_PORT_IN_USE', why, { cause: e });
}
