/** Deletions are forgotten by all copies, and what is gone stays gone, whatever the network repeats or holds up. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Component, Effects, Json, Msg, NodeId, Rec } from '../../../harness/core/host.ts';
import type { Observation } from '../../../harness/core/observation.ts';
import { Prng } from '../../../harness/core/prng.ts';
import { createRegionConfig } from '../../../reference-impl/region-config/machine.ts';
import type {} from '../../../reference-impl/region-config/observations.ts';
import { regionRules } from '../../../reference-impl/region-config/rules.ts';
import type { RegionRules } from '../../../reference-impl/region-config/rules.ts';
import { MerkleTree } from '../../../reference-impl/region-config/tree.ts';

const nodes = 4;
const keys = 12;
const secondUs = 1_000_000;
/** Messages take up to so long while there is trouble: longer than a deletion takes to be forgotten. */
const heldUsMax = 60 * secondUs;
const troubleUs = 240 * secondUs;
const endUs = troubleUs + heldUsMax + 120 * secondUs;

describe('deletions in copies of regional configuration', () => {
  for (let seed = 1; seed <= 10; seed++) {
    it(`are forgotten by all, and none comes back (seed ${seed})`, () => {
      const { came, remembered, forgotten, texts } = new Network(seed, regionRules).run();
      assert.deepEqual(came, []);
      assert.deepEqual(remembered, []);
      assert.equal(new Set(texts).size, 1, 'all copies are the same');
      assert.ok(forgotten > 0);
    });
  }

  it('come back if what was sent before is taken', () => {
    const seeds = [1, 2, 3, 4, 5];
    const came = seeds.map((s) => new Network(s, { ...regionRules, isLate: () => false }).run());
    assert.ok(came.some((of) => of.came.length > 0));
  });

  it('leave a tree as one that never had their keys', () => {
    const draw = new Prng(5);
    const tree = new MerkleTree();
    for (let i = 0; i < 1_000; i++) tree.set(`kept/${i}`, draw.below(1_000));
    const root = { level: 0, index: 0 };
    const before = [tree.hash(root), tree.size];
    for (let i = 0; i < 10_000; i++) tree.set(`gone/${i}`, draw.below(1_000));
    for (let i = 0; i < 10_000; i++) tree.delete(`gone/${i}`);
    tree.delete('never there');
    assert.deepEqual([tree.hash(root), tree.size], before);
  });
});

interface Event {
  readonly atUs: number;
  readonly act: () => void;
}

/** Nodes of two regions: while there is trouble, messages are lost, repeated and held up, and nodes crash. */
class Network {
  private readonly draw: Prng;
  private readonly rules: RegionRules;
  private readonly machines: (Component | null)[] = Array<null>(nodes).fill(null);
  private readonly logs: Rec[][] = Array.from({ length: nodes }, () => []);
  private readonly boots: number[] = Array<number>(nodes).fill(0);
  /** By node and key, what it says that it holds. */
  private readonly held = Array.from({ length: nodes }, () => new Map<string, Held>());
  /** By node and key, the weightiest deletion it has heard of: for good. */
  private readonly gone = Array.from({ length: nodes }, () => new Map<string, Held>());
  private readonly came: string[] = [];
  private forgotten = 0;
  private events: Event[] = [];
  private nowUs = 0;

  constructor(seed: number, rules: RegionRules) {
    this.draw = new Prng(seed);
    this.rules = rules;
  }

  run() {
    for (let id = 0; id < nodes; id++) this.start(id);
    for (let atUs = secondUs; atUs < troubleUs; atUs += secondUs) {
      this.later(atUs, () => this.change(this.draw.below(nodes)));
      if (this.draw.below(20) === 0) this.later(atUs, () => this.crash(this.draw.below(nodes)));
    }
    while (this.nowUs < endUs) {
      let next = 0;
      for (const [i, { atUs }] of this.events.entries()) {
        if (atUs < (this.events[next] as Event).atUs) next = i;
      }
      const [event] = this.events.splice(next, 1) as [Event];
      this.nowUs = event.atUs;
      event.act();
    }
    const remembered = this.held.flatMap((of, id) =>
      [...of].flatMap(([key, { isDeleted }]) => (isDeleted ? [`${id} ${key}`] : [])),
    );
    const texts = this.held.map((of) =>
      [...of]
        .map(([key, { stamp, writer }]) => `${key} ${stamp}.${writer}`)
        .sort()
        .join(),
    );
    return { came: this.came, remembered, forgotten: this.forgotten, texts };
  }

  private start(id: NodeId): void {
    const regionOf = (n: NodeId): number => n % 2;
    const others = [...Array(nodes).keys()].filter((n) => n !== id);
    const machine = createRegionConfig({
      self: id,
      near: others.filter((n) => regionOf(n) === regionOf(id)),
      far: others.filter((n) => regionOf(n) !== regionOf(id)),
      config: {
        fanout: 3,
        syncUs: 5 * secondUs,
        farPermille: 500,
        branchesMax: 1_024,
        forgetsDeletions: true,
      },
      rules: this.rules,
    });
    this.machines[id] = machine;
    this.boots[id] = (this.boots[id] ?? 0) + 1;
    this.held[id]?.clear();
    machine.start([...(this.logs[id] ?? [])], this.world(), this.effects(id));
  }

  private crash(id: NodeId): void {
    if (this.machines[id] === null) return;
    this.machines[id] = null;
    this.later(this.draw.below(20 * secondUs), () => this.start(id));
  }

  private change(id: NodeId): void {
    const f = this.draw.below(2) === 0 ? 'delete-regional' : 'put-regional';
    const key = `k${this.draw.below(keys)}`;
    const value = { set: this.nowUs } as Json;
    const m = { kind: 'ask', id: 0, replyLane: 0, f, key, value } as Msg;
    this.machines[id]?.message(nodes, m, this.world(), this.effects(id));
  }

  private effects(id: NodeId): Effects {
    const boot = this.boots[id];
    return {
      persist: (record) => (this.logs[id]?.push(record) ?? 1) - 1,
      observe: (e) => this.observe(id, e),
      send: (to, m) => this.send(id, to, m),
      reply: () => undefined,
      setTimer: (kind, delayUs, arg = 0) => {
        this.later(delayUs, () => {
          if (this.boots[id] !== boot) return;
          this.machines[id]?.timer(kind, arg, this.world(), this.effects(id));
        });
        return 0;
      },
      cancelTimer: () => undefined,
      forget: () => undefined,
    };
  }

  private send(from: NodeId, to: NodeId, m: Msg): void {
    if (to >= nodes) return;
    const { draw } = this;
    const isTrouble = this.nowUs < troubleUs;
    const copies = isTrouble ? draw.pick([0, 1, 1, 1, 2]) : 1;
    for (let i = 0; i < copies; i++) {
      const isHeld = isTrouble && draw.below(5) === 0;
      const delayUs = draw.below(isHeld ? heldUsMax : secondUs / 10);
      this.later(delayUs, () =>
        this.machines[to]?.message(from, m, this.world(), this.effects(to)),
      );
    }
  }

  private observe(id: NodeId, o: Observation): void {
    const [held, gone] = [this.held[id], this.gone[id]] as [Map<string, Held>, Map<string, Held>];
    if (o.kind === 'deletion-forgotten') {
      this.forgotten += 1;
      held.delete(o.key);
    }
    if (o.kind !== 'regional') return;
    held.set(o.key, o);
    const by = gone.get(o.key);
    const isLighter = by !== undefined && weight(o) < weight(by);
    if (o.isDeleted === undefined && isLighter) this.came.push(`${id} ${o.key} at ${this.nowUs}`);
    if (o.isDeleted && !isLighter) gone.set(o.key, o);
  }

  private later(delayUs: number, act: () => void): void {
    this.events.push({ atUs: this.nowUs + delayUs, act });
  }

  private world() {
    const random = (bound: number): number => this.draw.below(bound);
    return { nowUs: this.nowUs, wallUs: this.nowUs, random };
  }
}

type Held = { readonly stamp: number; readonly writer: NodeId; readonly isDeleted?: true };

function weight({ stamp, writer }: Held): number {
  return stamp * nodes + writer;
}
