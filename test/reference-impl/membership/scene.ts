/**
 * A handful of members on a desk: one queue, 1 ms links, disks that sync at once. Commands in, what
 * the members then say and believe out. Small enough that a transcript can be followed by hand.
 */
import { Driver } from '../../../harness/core/driver.ts';
import type { Ports } from '../../../harness/core/driver.ts';
import { formatDuration, parseDuration } from '../../../harness/core/duration.ts';
import type { Json, Msg, NodeId, Rec } from '../../../harness/core/host.ts';
import type { Observation } from '../../../harness/core/observation.ts';
import type {
  Belief,
  MembersObservation,
} from '../../../reference-impl/membership/observations.ts';
import { Prng } from '../../../harness/core/prng.ts';
import { lan } from '../../../reference-impl/membership/config.ts';
import { createMembership } from '../../../reference-impl/membership/membership.ts';
import type { MembershipMessage, Update } from '../../../reference-impl/membership/messages.ts';
import { membershipRules } from '../../../reference-impl/membership/rules.ts';
import { membershipMutants as mutants } from '../../../reference-impl/membership/mutants.ts';

const linkUs = 1_000;

interface Member {
  driver: Driver | null;
  boot: number;
  readonly log: Rec[];
  readonly world: { nowUs: number; wallUs: number; random(bound: number): number };
}

/** Answers one command a call; see `test/testdata/membership/*.txt`. */
export class Scene {
  private nowUs = 0;
  private readonly members: Member[] = [];
  private queue: { atUs: number; seq: number; act: () => void }[] = [];
  private seq = 0;
  private readonly cut = new Set<string>();
  private shown: ReadonlySet<string> = new Set();
  private readonly sends = new Map<string, number>();
  private out: string[] = [];
  private options = new Map<string, string>();

  /** `verb word word name=value`. */
  run(command: string): string {
    const [verb = '', ...words] = command.split(/\s+/);
    const args = words.filter((x) => !x.includes('='));
    const named = new Map(words.flatMap((x) => (x.includes('=') ? [split(x)] : [])));
    this.out = [];
    const nodes = args.map(Number);
    if (verb === 'cluster') this.cluster(named);
    else if (verb === 'run') this.runFor(args.join(' '));
    else if (verb === 'show') this.shown = new Set(args);
    else if (verb === 'crash') nodes.forEach((id) => this.crash(id));
    else if (verb === 'start') nodes.forEach((id) => this.start(id));
    else if (verb === 'cut' || verb === 'heal') this.link(verb, args);
    else if (verb === 'stop') nodes.forEach((id) => this.stop(id));
    else if (verb === 'leave') nodes.forEach((id) => this.call(id, 'leave'));
    else if (verb === 'members') nodes.forEach((id) => this.call(id, 'members'));
    else if (verb === 'tell') this.tell(nodes, named);
    else if (verb === 'sent') this.report(Number(named.get('about')));
    else throw new Error(`no such command: ${command}`);
    return this.out.join('\n');
  }

  private cluster(named: ReadonlyMap<string, string>): void {
    this.options = new Map(named);
    const size = Number(named.get('size'));
    for (let id = 0; id < size; id++) {
      const random = new Prng(Number(named.get('seed') ?? 1)).fork(id);
      const world = { nowUs: 0, wallUs: 0, random: (bound: number) => random.below(bound) };
      this.members.push({ driver: null, boot: 0, log: [], world });
    }
    const down = new Set((named.get('down') ?? '').split(',').filter(Boolean).map(Number));
    for (let id = 0; id < size; id++) if (!down.has(id)) this.start(id);
  }

  private start(id: NodeId): void {
    const m = this.member(id);
    m.boot += 1;
    m.world.nowUs = this.nowUs;
    const mutant = mutants[this.options.get('mutant') ?? '']?.rules ?? {};
    const component = createMembership({
      self: id,
      size: this.members.length,
      seeds: (this.options.get('seeds') ?? '').split(',').filter(Boolean).map(Number),
      startJoined: this.options.get('joined') === 'yes',
      config: lan,
      rules: { ...membershipRules, ...mutant },
    });
    m.driver = new Driver([component], this.ports(id, m), m.world);
    m.driver.start([[...m.log]]);
  }

  private crash(id: NodeId): void {
    this.member(id).driver = null;
  }

  private stop(id: NodeId): void {
    const m = this.member(id);
    m.world.nowUs = this.nowUs;
    m.driver?.stop();
  }

  private ports(id: NodeId, m: Member): Ports {
    const boot = m.boot;
    const alive = (): Driver | null => (m.boot === boot ? m.driver : null);
    const cancelled = new Set<number>();
    return {
      append: (lane, index, record) => {
        m.log.push(record);
        this.post(0, () => alive()?.synced(lane, index));
      },
      observe: (_, e) => this.observed(id, e),
      send: (to, _, message) => this.send(id, to, message),
      reply: (_, v) => this.out.push(members(v)),
      setTimer: (lane, kind, delayUs, arg) =>
        this.post(
          delayUs,
          (timer) => {
            if (!cancelled.has(timer)) alive()?.timer(lane, kind, arg);
          },
          m,
        ),
      cancelTimer: (timer) => cancelled.add(timer),
      stopped: () => {
        this.say(`${id} has stopped`);
        this.post(0, () => this.crash(id));
      },
    };
  }

  private send(from: NodeId, to: NodeId, m: Msg): void {
    this.count(from, m as MembershipMessage);
    if (this.shown.has(m.kind)) this.say(`${from} → ${to} ${describe(m as MembershipMessage)}`);
    if (this.cut.has(`${from}>${to}`)) return;
    const receiver = this.member(to);
    this.post(linkUs, () => receiver.driver?.message(from, 0, m), receiver);
  }

  /** Copies of each piece of news that each member sent. */
  private count(from: NodeId, m: MembershipMessage): void {
    if (!('updates' in m)) return;
    for (const u of m.updates) {
      const key = `${from} sent ${news(u)}`;
      this.sends.set(key, (this.sends.get(key) ?? 0) + 1);
    }
  }

  private report(about: NodeId): void {
    const lines = [...this.sends].filter(([key]) => key.includes(` sent ${about} is `));
    this.out.push(...lines.map(([key, times]) => `${key}: ${times} times`).sort());
  }

  private observed(id: NodeId, e: Observation): void {
    if (!this.shown.has('beliefs')) return;
    for (const o of (e as MembersObservation).news) {
      this.say(`${id} believes ${o.member} is ${o.status} (${o.incarnation})`);
    }
  }

  private say(line: string): void {
    this.out.push(`${formatDuration(this.nowUs).padStart(9)}  ${line}`);
  }

  private tell([to = 0]: readonly NodeId[], named: ReadonlyMap<string, string>): void {
    const status = named.get('status') as Update['status'];
    const [member = 0, incarnation = 0, by = 0, from = 0] = [
      'member',
      'incarnation',
      'by',
      'from',
    ].map((k) => Number(named.get(k)));
    const m: MembershipMessage = {
      kind: 'gossip',
      updates: [{ member, status, incarnation, by }],
    };
    this.member(to).world.nowUs = this.nowUs;
    this.member(to).driver?.message(from, 0, m);
  }

  private call(id: NodeId, f: string): void {
    this.member(id).world.nowUs = this.nowUs;
    this.member(id).driver?.call(0, { id: 1, f, key: '', value: null });
  }

  /** `cut 0>1 1>0`, `cut 0-1` (both ways), `heal` (all). */
  private link(verb: 'cut' | 'heal', links: readonly string[]): void {
    if (links.length === 0) this.cut.clear();
    for (const link of links) {
      const [a, b] = link.split(/[->]/);
      const ways = link.includes('-') ? [`${a}>${b}`, `${b}>${a}`] : [`${a}>${b}`];
      for (const way of ways) {
        if (verb === 'cut') this.cut.add(way);
        else this.cut.delete(way);
      }
    }
  }

  private post(delayUs: number, act: (id: number) => void, owner?: Member): number {
    const seq = this.seq++;
    const atUs = this.nowUs + delayUs;
    const run = (): void => {
      if (owner !== undefined) owner.world.nowUs = this.nowUs;
      act(seq);
    };
    this.queue.push({ atUs, seq, act: run });
    return seq;
  }

  private runFor(text: string): void {
    const untilUs = this.nowUs + parseDuration(text);
    for (;;) {
      this.queue.sort((x, y) => x.atUs - y.atUs || x.seq - y.seq);
      const next = this.queue[0];
      if (next === undefined || next.atUs > untilUs) break;
      this.queue.shift();
      this.nowUs = next.atUs;
      next.act();
    }
    this.nowUs = untilUs;
  }

  private member(id: NodeId): Member {
    const m = this.members[id];
    if (m === undefined) throw new Error(`no member ${id}`);
    return m;
  }
}

function split(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

function news(u: Update): string {
  return `${u.member} is ${u.status} (${u.incarnation})${u.by === u.member ? '' : ` by ${u.by}`}`;
}

function describe(m: MembershipMessage): string {
  switch (m.kind) {
    case 'push':
    case 'pull':
    case 'table':
      return `${m.kind} [${m.runs.join(' ')}]`;
    case 'ping-req':
      return `ping-req ${m.target}`;
    case 'ping':
    case 'ack':
    case 'gossip':
      return [m.kind, ...m.updates.map(news)].join(', ');
  }
}

function members(v: Json): string {
  if (!Array.isArray(v)) return 'done';
  return (v as unknown as readonly Belief[])
    .map((m) => `${m.member} ${m.status} (${m.incarnation})`)
    .join(', ');
}
