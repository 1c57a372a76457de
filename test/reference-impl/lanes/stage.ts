/**
 * A stage for the lane of any mechanism: its nodes alone, 1 ms links, random numbers of one seed. A
 * transcript in the mechanism's folder needs no code of its own.
 *
 *   nodes 3 rateLimit={"perSecond":30}   starts three nodes, with these settings
 *   nodes 4 zones=2                      deals them to two zones in turn
 *   show gift spill                      messages of these kinds are printed when they arrive
 *   ask 0 take [value [key]]             a client asks node 0; its answer is printed
 *   call 0 tokens                        asks node 0 over HTTP
 *   tell 1 0 {"kind":"level","tokens":0} node 0 gets this message from node 1
 *   hears 0 {"kind":"members",…}         a sibling of node 0 observed that
 *   lose 0 1 · heal                      what 0 sends to 1 is lost, until healed
 *   crash 0 · start 0                    its memory is gone; its log is not
 *   stop 0                               it is told to stop, cleanly
 *   run 100ms                            time goes on
 */
import { parseDuration } from '../../../harness/core/duration.ts';
import type { Component, Effects, Json, Msg, NodeId, Rec } from '../../../harness/core/host.ts';
import type { Observation } from '../../../harness/core/observation.ts';
import { Prng } from '../../../harness/core/prng.ts';
import type { Settings } from '../../../harness/core/program.ts';
import { cluster } from '../../../harness/workload/cluster.ts';
import type { Lane } from '../../../reference-impl/mechanism.ts';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';

const linkUs = 1_000;

interface Event {
  readonly atUs: number;
  readonly seq: number;
  readonly act: () => void;
}

export class Stage {
  private readonly lane: Lane;
  private readonly random = new Prng(1);
  private readonly nodes: (Component | null)[] = [];
  private readonly logs: Rec[][] = [];
  private readonly boots: number[] = [];
  private readonly lost = new Set<string>();
  private events: Event[] = [];
  private shown: ReadonlySet<string> = new Set();
  private settings: Settings = { policyDivisor: 1, deadlineUs: 1, mutant: null, extra: {} };
  private zones = 1;
  private nowUs = 0;
  private seq = 0;
  private out: string[] = [];

  constructor(lane: Lane) {
    this.lane = lane;
  }

  run(command: string): string {
    this.out = [];
    const [verb = '', first = '', second = '', ...rest] = command.split(' ');
    const node = Number(first);
    if (verb === 'nodes') this.open(node, [second, ...rest]);
    else if (verb === 'show') this.shown = new Set([first, second, ...rest]);
    else if (verb === 'ask') this.ask(node, second, rest[0], rest[1]);
    else if (verb === 'call') this.call(node, second);
    else if (verb === 'tell') this.message(node, Number(second), JSON.parse(rest.join(' ')) as Msg);
    else if (verb === 'hears')
      this.hears(node, JSON.parse([second, ...rest].join(' ')) as Observation);
    else if (verb === 'lose') this.lost.add(`${first} ${second}`);
    else if (verb === 'heal') this.lost.clear();
    else if (verb === 'crash') this.nodes[node] = null;
    else if (verb === 'start') this.start(node);
    else if (verb === 'stop') this.nodes[node]?.stop?.(this.world(), this.effects(node));
    else if (verb === 'run') this.runFor(parseDuration(first) ?? 0);
    else throw new Error(`no such command: ${command}`);
    return this.out.join('\n');
  }

  private open(size: number, settings: readonly string[]): void {
    const pairs = settings.filter((x) => x.includes('=')).map((x) => x.split(/=(.*)/s));
    const extra = Object.fromEntries(pairs.map(([k, v]) => [k, JSON.parse(v ?? '') as Json]));
    this.zones = Number(extra['zones'] ?? 1);
    this.settings = { ...this.settings, extra };
    for (let id = 0; id < size; id++) this.logs.push([]);
    for (let id = 0; id < size; id++) this.start(id);
  }

  private start(id: NodeId): void {
    const shape = cluster({ servers: this.logs.length, clients: 1, zones: this.zones });
    const made = this.lane.component({ id, shape, settings: this.settings }, mechanisms);
    this.nodes[id] = made;
    this.boots[id] = (this.boots[id] ?? 0) + 1;
    made?.start(this.logs[id] ?? [], this.world(), this.effects(id));
  }

  private ask(to: NodeId, f: string, value: string | undefined, key = ''): void {
    const client = this.logs.length;
    const argument = value === undefined ? null : (JSON.parse(value) as Json);
    const m = { kind: 'ask', id: this.seq, replyLane: 2, f, key, value: argument };
    this.message(client, to, m as Msg);
  }

  private call(to: NodeId, f: string): void {
    const c = { id: 1, f, key: '', value: null };
    this.nodes[to]?.call(c, this.world(), this.effects(to));
  }

  private hears(id: NodeId, e: Observation): void {
    this.nodes[id]?.observed?.(e, this.world(), this.effects(id));
  }

  private message(from: NodeId, to: NodeId, m: Msg): void {
    if (to >= this.logs.length) {
      const { outcome } = m as Msg & { readonly outcome: Json };
      this.out.push(`${this.clock()} ${from} answers ${JSON.stringify(outcome ?? m.kind)}`);
      return;
    }
    if (this.shown.has(m.kind)) this.out.push(`${this.clock()} ${from} → ${to} ${textOf(m)}`);
    this.nodes[to]?.message(from, m, this.world(), this.effects(to));
  }

  private effects(id: NodeId): Effects {
    const boot = this.boots[id];
    return {
      persist: (record) => this.persist(id, record),
      observe: (e) => this.out.push(`${this.clock()} ${id} says ${textOf(e)}`),
      send: (to, m) => {
        if (this.lost.has(`${id} ${to}`)) return;
        this.later(linkUs, () => this.message(id, to, m));
      },
      reply: (_call, v) => this.out.push(`${this.clock()} ${id} replies ${JSON.stringify(v)}`),
      setTimer: (kind, delayUs, arg = 0) => {
        this.later(delayUs, () => {
          if (this.boots[id] !== boot) return;
          this.nodes[id]?.timer(kind, arg, this.world(), this.effects(id));
        });
        return this.seq;
      },
      cancelTimer: (id) => {
        this.events = this.events.filter(({ seq }) => seq !== id);
      },
      forget: () => undefined,
    };
  }

  private persist(id: NodeId, record: Rec): number {
    const index = (this.logs[id]?.push(record) ?? 1) - 1;
    const boot = this.boots[id];
    this.later(0, () => {
      if (this.boots[id] === boot) this.nodes[id]?.durable(index, this.world(), this.effects(id));
    });
    return index;
  }

  private later(delayUs: number, act: () => void): void {
    this.seq += 1;
    this.events.push({ atUs: this.nowUs + delayUs, seq: this.seq, act });
  }

  private runFor(us: number): void {
    const untilUs = this.nowUs + us;
    for (;;) {
      this.events.sort((a, b) => a.atUs - b.atUs || a.seq - b.seq);
      const next = this.events[0];
      if (next === undefined || next.atUs > untilUs) break;
      this.events.shift();
      this.nowUs = next.atUs;
      next.act();
    }
    this.nowUs = untilUs;
  }

  private world(): { nowUs: number; wallUs: number; random(bound: number): number } {
    const random = (bound: number): number => this.random.below(bound);
    return { nowUs: this.nowUs, wallUs: this.nowUs, random };
  }

  private clock(): string {
    return `${(this.nowUs / 1_000).toFixed(0)} ms:`;
  }
}

function textOf(said: Msg | Observation): string {
  const { kind, ...rest } = said;
  return `${kind} ${JSON.stringify(rest)}`;
}
