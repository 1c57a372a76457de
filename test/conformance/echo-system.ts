/**
 * A small system that shows what an environment does to it: every effect and every fault becomes
 * visible in the history. It knows nothing of the reference cluster.
 *
 * Operations, each one request to the node that the key names:
 * - `write` (key `1`): node 1 makes the value durable, then answers. `read`: its last durable value.
 * - `note`: node 1 keeps the value in memory only. `recall`: the value in memory, null after a crash.
 * - `post` (key `0>1`): node 0 sends the value to node 1, which observes its arrival.
 * - `hoard`: node 1 takes so many bytes of memory, in place of those that it took before.
 * - `members`: node 1 takes `[[those], [these]]` in and out of its list of members, and observes it.
 * - `version`: which version node 1 is.
 * - `clock`: node 1's `[nowUs, wallUs]`.
 * - `ignore`: node 1 never answers. `refuse`: it fails definitely.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../../harness/core/assert.ts';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type {
  Call,
  Component,
  Effects,
  Json,
  Msg,
  NodeId,
  Rec,
  World,
} from '../../harness/core/host.ts';
import type { LaneSpec, NodeConfig, Outcome, System } from '../../harness/core/system.ts';

type EchoMsg =
  | { readonly kind: 'hello' | 'welcome' }
  | {
      readonly kind: 'ask';
      readonly call: number;
      readonly f: string;
      readonly value: Json;
      readonly to: number;
    }
  | { readonly kind: 'answer'; readonly call: number; readonly outcome: Outcome }
  | { readonly kind: 'mail'; readonly tag: string };
interface Written extends Rec {
  readonly kind: 'written';
  readonly value: Json;
}

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly echo: { readonly kind: 'echo'; readonly key: string; readonly value: string };
  }
}

/** What the observation of an arrived `post` is called, and what a started node says. */
export const echoKeys = {
  mail: 'mail',
  started: 'started',
  joined: 'joined',
  members: 'members',
} as const;
const helloUs = 50_000;
const timers = { greet: 0, repeat: 1 } as const;

/** The components of any member, node or client. */
export function echoLanes(config: NodeConfig): readonly LaneSpec[] {
  const isClient = config.id >= config.shape.nodes.length;
  return [{ name: 'echo', component: isClient ? new EchoClient(config) : new EchoNode(config) }];
}

export const echoSystem: System = {
  name: 'echo',
  operations: new Set([
    'write',
    'read',
    'note',
    'recall',
    'post',
    'hoard',
    'clock',
    'version',
    'members',
    'ignore',
    'refuse',
  ]),
  promises: [],
  mutants: {},
  machine: {
    node: echoLanes,
    client: echoLanes,
    callLane: 0,
    versions: ['next'],
    entry: compiled('test/conformance/echo-main.js'),
  },
  // Node 0 keeps in mind who is not a member.
  reconfigure: ({ add, remove }) => ({ f: 'members', key: '0', value: [[...add], [...remove]] }),
  membersSaid: (o) =>
    o.kind === 'echo' && o.key === echoKeys.members ? o.value.split(',').map(Number) : null,
  readiness: (program) => {
    const joined = new Set<NodeId>();
    return {
      event(e: HistoryEvent): boolean {
        const isJoined =
          e.type === 'observe' && e.value.kind === 'echo' && e.value.key === echoKeys.joined;
        if (isJoined) joined.add(e.node);
        return joined.size === program.shape.nodes.length;
      },
    };
  },
};

/** Nodes run compiled, also when this file runs from its source. */
function compiled(path: string): string {
  const here = import.meta.url.includes('/dist/test/') ? '../../' : '../../dist/';
  return fileURLToPath(new URL(here + path, import.meta.url));
}

/** Says hello to every node until it is welcome. */
class Greeter {
  private readonly missing: Set<NodeId>;

  constructor(config: NodeConfig) {
    this.missing = new Set([...config.shape.nodes.keys()].filter((id) => id !== config.id));
  }

  get isDone(): boolean {
    return this.missing.size === 0;
  }

  greet(fx: Effects): void {
    for (const id of this.missing) send(fx, id, { kind: 'hello' });
    if (!this.isDone) fx.setTimer(timers.greet, helloUs);
  }

  welcomed(by: NodeId): void {
    this.missing.delete(by);
  }
}

class EchoNode implements Component {
  private readonly config: NodeConfig;
  private readonly greeter: Greeter;
  private readonly unseen: Set<NodeId>;
  private isJoined = false;
  private readonly out = new Set<NodeId>();
  private durableValue: Json = null;
  private memory: Json = null;
  private hoard = new Uint8Array(0);
  private writes = 0;
  /** Writes that wait for the disk, by index of their record. */
  private readonly waiting = new Map<number, { from: NodeId; call: number; value: Json }>();

  constructor(config: NodeConfig) {
    this.config = config;
    this.greeter = new Greeter(config);
    const members = config.shape.nodes.length + config.shape.clients;
    this.unseen = new Set(
      Array.from({ length: members }, (_, id) => id).filter((id) => id !== config.id),
    );
  }

  start(records: Iterable<Rec>, _w: World, fx: Effects): void {
    for (const r of records as Iterable<Written>) {
      this.durableValue = r.value;
      this.writes += 1;
    }
    this.say(fx, echoKeys.started, String(this.writes));
    this.greeter.greet(fx);
    this.join(fx);
  }

  message(from: NodeId, message: Msg, w: World, fx: Effects): void {
    const m = message as EchoMsg;
    switch (m.kind) {
      case 'hello':
        this.unseen.delete(from);
        send(fx, from, { kind: 'welcome' });
        this.join(fx);
        break;
      case 'welcome':
        this.greeter.welcomed(from);
        this.join(fx);
        break;
      case 'mail':
        this.say(fx, echoKeys.mail, m.tag);
        break;
      case 'ask':
        this.ask(from, m, w, fx);
        break;
      case 'answer':
        assert(false, 'a node was answered');
    }
  }

  call(): void {
    assert(false, 'nodes take no calls');
  }

  timer(_kind: number, _arg: number, _w: World, fx: Effects): void {
    this.greeter.greet(fx);
  }

  durable(index: number, _w: World, fx: Effects): void {
    for (const [i, write] of this.waiting) {
      if (i > index) break;
      this.waiting.delete(i);
      this.durableValue = write.value;
      answer(fx, write.from, write.call, { type: 'ok', value: write.value });
    }
  }

  private ask(from: NodeId, m: EchoMsg & { kind: 'ask' }, w: World, fx: Effects): void {
    const ok = (value: Json): void => answer(fx, from, m.call, { type: 'ok', value });
    switch (m.f) {
      case 'write': {
        const record: Written = { kind: 'written', value: m.value };
        this.waiting.set(fx.persist(record), { from, call: m.call, value: m.value });
        break;
      }
      case 'read':
        ok(this.durableValue);
        break;
      case 'note':
        this.memory = m.value;
        ok(m.value);
        break;
      case 'recall':
        ok(this.memory);
        break;
      case 'post':
        send(fx, m.to, { kind: 'mail', tag: m.value as string });
        ok(m.value);
        break;
      case 'hoard':
        this.hoard = new Uint8Array(m.value as number).fill(1);
        ok(this.hoard.length);
        break;
      case 'clock':
        ok([w.nowUs, w.wallUs]);
        break;
      case 'version':
        ok(this.config.version ?? 'first');
        break;
      case 'members':
        this.change(m.value as [NodeId[], NodeId[]], fx);
        ok(m.value);
        break;
      case 'refuse':
        answer(fx, from, m.call, { type: 'fail', error: 'refused' });
        break;
      default:
    }
  }

  private change([add, remove]: [NodeId[], NodeId[]], fx: Effects): void {
    for (const id of add) this.out.delete(id);
    for (const id of remove) this.out.add(id);
    const members = [...this.config.shape.nodes.keys()].filter((id) => !this.out.has(id));
    this.say(fx, echoKeys.members, members.join());
  }

  private join(fx: Effects): void {
    if (this.isJoined || this.unseen.size > 0 || !this.greeter.isDone) return;
    this.isJoined = true;
    this.say(fx, echoKeys.joined, String(this.config.id));
  }

  private say(fx: Effects, key: string, value: string): void {
    fx.observe({ kind: 'echo', key, value });
  }
}

/** Questions may be asked again, so that a slow start of a node is no lost answer. */
const repeated: ReadonlySet<string> = new Set(['read', 'recall', 'version']);
const repeatUs = 100_000;
const repeatsMax = 50;

class EchoClient implements Component {
  private readonly greeter: Greeter;
  /** Asks without an answer, by call. */
  private readonly open = new Map<number, { node: NodeId; ask: EchoMsg; repeats: number }>();

  constructor(config: NodeConfig) {
    this.greeter = new Greeter(config);
  }

  start(_records: Iterable<Rec>, _w: World, fx: Effects): void {
    this.greeter.greet(fx);
  }

  message(from: NodeId, message: Msg, _w: World, fx: Effects): void {
    const m = message as EchoMsg;
    if (m.kind === 'welcome') this.greeter.welcomed(from);
    else if (m.kind === 'answer' && this.open.delete(m.call)) {
      fx.reply(m.call, { ...m.outcome, node: from } as unknown as Json);
    }
  }

  call(c: Call, _w: World, fx: Effects): void {
    const [node, to] = c.key.split('>').map(Number);
    assert(node !== undefined, 'a key names a node', { key: c.key });
    const ask: EchoMsg = { kind: 'ask', call: c.id, f: c.f, value: c.value, to: to ?? node };
    this.open.set(c.id, { node, ask, repeats: repeated.has(c.f) ? repeatsMax : 0 });
    this.ask(c.id, fx);
  }

  timer(kind: number, call: number, _w: World, fx: Effects): void {
    if (kind === timers.greet) this.greeter.greet(fx);
    else this.ask(call, fx);
  }

  durable(): void {}

  private ask(call: number, fx: Effects): void {
    const o = this.open.get(call);
    if (o === undefined) return;
    send(fx, o.node, o.ask);
    o.repeats -= 1;
    if (o.repeats > 0) fx.setTimer(timers.repeat, repeatUs, call);
  }
}

function send(fx: Effects, to: NodeId, m: EchoMsg): void {
  fx.send(to, m);
}

function answer(fx: Effects, to: NodeId, call: number, outcome: Outcome): void {
  send(fx, to, { kind: 'answer', call, outcome });
}

/** The same with the source of its node as the entry: whoever runs it must make sense of TypeScript. */
export const inTypeScript: System = {
  ...echoSystem,
  machine: {
    node: echoLanes,
    client: echoLanes,
    callLane: 0,
    entry: resolve('test/conformance/echo-main.ts'),
  },
};
