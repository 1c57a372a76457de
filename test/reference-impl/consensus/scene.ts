/**
 * A cluster of stores small enough to follow by hand: every message takes 1 ms, every sync 2 ms, and
 * each node's election timeout is the one it was given. Driven by the commands of a transcript.
 */
import assert from 'node:assert/strict';
import { Driver } from '../../../harness/core/driver.ts';
import type { Ports } from '../../../harness/core/driver.ts';
import { parseDuration } from '../../../harness/core/duration.ts';
import type { Component, Json, Lane, Msg, NodeId, Rec } from '../../../harness/core/host.ts';
import type { CallId, Effects } from '../../../harness/core/host.ts';
import type { RaftMessage, RaftRecord } from '../../../reference-impl/consensus/messages.ts';
import { lanes } from '../../../reference-impl/lanes.ts';
import { mutants } from '../../../reference-impl/system.ts';
import { makeStore } from '../../../reference-impl/store/component.ts';
import { storeConfig } from '../../../reference-impl/store/config.ts';
import { storeRules } from '../../../reference-impl/store/rules.ts';
import { parseRequest, show, showStatus } from './words.ts';

const messageUs = 1_000;
const syncUs = 2_000;

interface Node {
  readonly world: { nowUs: number; wallUs: number; random: (bound: number) => number };
  /** What is on the disk, and how much of it is synced. */
  log: Rec[];
  driver: Driver | null;
  store: Component | null;
  boot: number;
}

type Step = { readonly atUs: number; readonly run: () => void };

export class Scene {
  private nowUs = 0;
  private nodes: Node[] = [];
  private steps: Step[] = [];
  private out: string[] = [];
  private shown = new Set(['role', 'response', 'events', 'watch-failed', 'stopped']);
  private cuts = new Set<string>();
  private slowDisks = new Set<NodeId>();
  private timeoutsUs: number[] = [];
  private mutant: string | null = null;
  private config = storeConfig;
  private lastId = 0;
  private voters = Infinity;

  /** Performs one command and returns what happened. */
  run(line: string): string {
    const [verb = '', ...words] = line.trim().split(/\s+/);
    const options = new Map(words.filter((x) => x.includes('=')).map(pair));
    const plain = words.filter((x) => !x.includes('='));
    this.perform(verb, plain, options);
    return this.out.splice(0).join('\n');
  }

  private perform(verb: string, plain: string[], options: ReadonlyMap<string, string>): void {
    const ids = plain.map(Number);
    if (verb === 'cluster') this.cluster(options);
    else if (verb === 'disk') this.nodeOf(plain[0]).log = diskOf(options);
    else if (verb === 'start') for (const id of ids) this.start(id);
    else if (verb === 'crash') for (const id of ids) this.crash(id);
    else if (verb === 'stop') for (const id of ids) this.stop(id);
    else if (verb === 'slow-disk') for (const id of ids) this.slowDisks.add(id);
    else if (verb === 'cut') for (const link of plain) this.cutLink(link);
    else if (verb === 'isolate') for (const id of ids) this.isolate(id);
    else if (verb === 'heal') this.cuts.clear();
    else if (verb === 'show') this.shown = new Set(plain);
    else if (verb === 'timeouts') this.setTimeouts(options);
    else if (verb === 'run') this.runFor(parseDuration(plain.join(' ')));
    else if (verb === 'ask') this.ask(plain, options);
    else if (verb === 'tell') this.tell(plain, options);
    else if (verb === 'logs') this.printLogs();
    else if (verb === 'status') this.printStatus();
    else assert.fail(`no such command: ${verb}`);
  }

  private cluster(options: ReadonlyMap<string, string>): void {
    this.nodes.forEach((_, id) => this.crash(id));
    this.cuts.clear();
    this.slowDisks.clear();
    const size = Number(options.get('size') ?? 3);
    const timeouts = (options.get('timeouts') ?? '').split(',').filter((x) => x !== '');
    this.timeoutsUs = Array.from({ length: size }, (_, id) => Number(timeouts[id] ?? 300) * 1_000);
    this.mutant = options.get('mutant') ?? null;
    this.voters = Number(options.get('voters') ?? size);
    this.config = {
      ...storeConfig,
      historyMax: Number(options.get('history') ?? 4_096),
      consensus: {
        ...storeConfig.consensus,
        batchMax: Number(options.get('batch') ?? 128),
        leaseDriftPpm: options.has('lease') ? Number(options.get('lease')) : null,
      },
    };
    this.nodes = this.timeoutsUs.map((_, id) => ({
      world: { nowUs: this.nowUs, wallUs: 0, random: () => this.timeoutDrawn(id) },
      log: [],
      driver: null,
      store: null,
      boot: 0,
    }));
    const down = new Set((options.get('down') ?? '').split(',').filter((x) => x !== ''));
    this.nodes.forEach((_, id) => down.has(String(id)) || this.start(id));
  }

  /** `0=180 1=260`: what these nodes draw from now on. */
  private setTimeouts(options: ReadonlyMap<string, string>): void {
    for (const [id, ms] of options) this.timeoutsUs[Number(id)] = Number(ms) * 1_000;
  }

  private timeoutDrawn(id: NodeId): number {
    return (this.timeoutsUs[id] ?? 0) - storeConfig.consensus.electionMinUs;
  }

  private nodeOf(id: string | number | undefined): Node {
    const node = this.nodes[Number(id)];
    assert.ok(node !== undefined, `no node ${id}`);
    return node;
  }

  private start(id: NodeId): void {
    const node = this.nodeOf(id);
    const broken = mutants[this.mutant ?? ''];
    const store = makeStore({
      self: id,
      servers: this.nodes.map((_, i) => i),
      voters: this.nodes.map((_, i) => i).slice(0, this.voters),
      config: this.config,
      rules: { ...storeRules, ...broken?.rules },
    });
    node.boot += 1;
    node.world.nowUs = this.nowUs;
    node.store = broken?.wrap?.(store) ?? store;
    node.driver = new Driver([idle, node.store], this.ports(id, node), node.world);
    node.driver.start([[], node.log.slice()]);
  }

  private crash(id: NodeId): void {
    const node = this.nodeOf(id);
    node.driver = null;
    node.boot += 1;
  }

  private stop(id: NodeId): void {
    const node = this.nodeOf(id);
    node.world.nowUs = this.nowUs;
    node.driver?.stop();
  }

  private ports(id: NodeId, node: Node): Ports {
    const boot = node.boot;
    const unlessCrashed = (run: (driver: Driver) => void) => () => {
      if (node.driver === null || node.boot !== boot) return;
      node.world.nowUs = this.nowUs;
      run(node.driver);
    };
    return {
      append: (lane, index, record) => {
        const delayUs = this.slowDisks.has(id) ? 1_000 * syncUs : syncUs;
        const synced = unlessCrashed((driver) => {
          node.log[index] = record;
          driver.synced(lane, index);
        });
        this.after(delayUs, synced);
      },
      observe: (_, e) => this.say(e.kind, `${id} ${show(e)}`),
      send: (to, lane, m) => this.send(id, to, lane, m),
      reply: (_, v) => this.say('response', `${id} replies ${JSON.stringify(v)}`),
      setTimer: (lane, kind, delayUs, arg) => {
        this.after(
          delayUs,
          unlessCrashed((driver) => driver.timer(lane, kind, arg)),
        );
        return 0;
      },
      stopped: () => {
        this.say('stopped', `${id} has stopped`);
        this.crash(id);
      },
      cancelTimer: () => assert.fail('the store cancels no timer'),
    };
  }

  private send(from: NodeId, to: NodeId, lane: Lane, m: Msg): void {
    // On a real network the receiver gets a copy.
    const copy = JSON.parse(JSON.stringify(m)) as Msg;
    if (to === this.client) {
      this.say(m.kind, `${from} → client ${show(copy)}`);
      return;
    }
    this.say(m.kind, `${from} → ${to} ${show(copy)}${this.isCut(from, to) ? ' (lost)' : ''}`);
    if (this.isCut(from, to)) return;
    this.after(messageUs, () => {
      const node = this.nodeOf(to);
      node.world.nowUs = this.nowUs;
      if (!this.isCut(from, to)) node.driver?.message(from, lane, copy);
    });
  }

  private get client(): NodeId {
    return this.nodes.length;
  }

  /** Something the client sends: it arrives at once and cannot be lost. */
  private ask(plain: string[], options: ReadonlyMap<string, string>): void {
    const [to, ...words] = plain;
    const id = Number(options.get('id') ?? this.lastId + 1);
    this.lastId = Math.max(this.lastId, id);
    const node = this.nodeOf(to);
    node.world.nowUs = this.nowUs;
    node.driver?.message(this.client, lanes.store, parseRequest(words, options, id));
  }

  /** `tell 2 from=0 term=3 log=2/1`: a request for a vote, out of nowhere. */
  private tell(plain: string[], options: ReadonlyMap<string, string>): void {
    const node = this.nodeOf(plain[0]);
    const [lastIndex = 0, lastTerm = 0] = (options.get('log') ?? '').split('/').map(Number);
    const term = Number(options.get('term'));
    const m: RaftMessage = { kind: 'vote-request', term, isPre: false, lastIndex, lastTerm };
    node.world.nowUs = this.nowUs;
    node.driver?.message(Number(options.get('from')), lanes.store, m);
  }

  private isCut(from: NodeId, to: NodeId): boolean {
    return this.cuts.has(`${from}>${to}`);
  }

  /** `0>1` one way, `0-1` both. */
  private cutLink(link: string): void {
    const [from, to] = link.split(/[->]/);
    this.cuts.add(`${from}>${to}`);
    if (link.includes('-')) this.cuts.add(`${to}>${from}`);
  }

  private isolate(id: NodeId): void {
    this.nodes.forEach((_, other) => other === id || this.cutLink(`${id}-${other}`));
  }

  private after(delayUs: number, run: () => void): void {
    const atUs = this.nowUs + delayUs;
    const next = this.steps.findIndex((s) => s.atUs > atUs);
    this.steps.splice(next < 0 ? this.steps.length : next, 0, { atUs, run });
  }

  private runFor(durationUs: number): void {
    const endUs = this.nowUs + durationUs;
    for (let s = this.steps[0]; s !== undefined && s.atUs <= endUs; s = this.steps[0]) {
      this.steps.shift();
      this.nowUs = s.atUs;
      s.run();
    }
    this.nowUs = endUs;
  }

  private say(kind: string, text: string): void {
    if (this.shown.has(kind))
      this.out.push(`${String(this.nowUs / 1_000).padStart(5)} ms  ${text}`);
  }

  /** Each node's log as it is on its disk: the terms of its entries. */
  private printLogs(): void {
    this.nodes.forEach((node, id) => {
      const terms: number[] = [];
      for (const r of node.log as RaftRecord[]) {
        if (r.kind === 'append') terms.splice(r.after, Infinity, ...r.entries.map((e) => e.term));
      }
      this.out.push(`${id}: ${terms.join(' ')}`.trimEnd());
    });
  }

  private printStatus(): void {
    this.nodes.forEach((node, id) => {
      if (node.driver === null || node.store === null) {
        this.out.push(`${id}: down`);
        return;
      }
      node.world.nowUs = this.nowUs;
      // Past the driver, which would hold the answer back until the disk is done.
      const reply = (_: CallId, v: Json): void => void this.out.push(`${id}: ${showStatus(v)}`);
      const fx = { reply } as Effects;
      node.store.call({ id: 0, f: 'status', key: '', value: null }, node.world, fx);
    });
  }
}

function pair(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

/** `term=3 vote=1 log=1,1,2`: what a node finds when it starts. */
function diskOf(options: ReadonlyMap<string, string>): Rec[] {
  const vote = options.get('vote');
  const terms = (options.get('log') ?? '').split(',').filter((x) => x !== '');
  const records: RaftRecord[] = [
    {
      kind: 'term',
      term: Number(options.get('term')),
      votedFor: vote === undefined ? null : Number(vote),
    },
    {
      kind: 'append',
      after: 0,
      entries: terms.map((term) => ({ term: Number(term), command: { f: 'noop' } })),
    },
  ];
  return records;
}

const idle: Component = {
  start: () => undefined,
  message: () => undefined,
  call: () => undefined,
  timer: () => undefined,
  durable: () => undefined,
};
