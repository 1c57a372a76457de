/** Targets resolve to the nodes meant; drawn plans stay inside the fault model. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'mocha';
import type { NodeTarget } from '../../harness/core/fault.ts';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Json } from '../../harness/core/host.ts';
import { aimFault } from '../../harness/faults/aim.ts';
import { allKinds, definitionOf, faultKinds, rareKinds } from '../../harness/faults/kinds.ts';
import { faultSchema } from '../../harness/faults/plan.ts';
import { Prng } from '../../harness/core/prng.ts';
import { drawPlan } from '../../harness/faults/draw.ts';
import { doesAny, doesOnly } from '../../harness/faults/harms.ts';
import type { Harm } from '../../harness/faults/kind.ts';
import { RoleBook, resolveLinks } from '../../harness/faults/resolve.ts';
import { environmentsOf } from '../../harness/cli/lists/list-faults.ts';
import { cluster } from '../../harness/workload/cluster.ts';
import { provedKinds } from '../conformance/matrix.ts';

const shape = cluster({
  servers: 5,
  services: [{ name: 'back', instances: 2 }],
  clients: 2,
  zones: 2,
});

function withLeader(node: number): RoleBook {
  const roles = new RoleBook(shape);
  const lead = (n: number, term: number) =>
    roles.event({
      type: 'observe',
      timeUs: 0,
      node: n,
      value: { kind: 'role', role: 'leader', term },
    });
  lead(node, 3);
  lead(1, 2); // a deposed leader that speaks late
  return roles;
}

describe('targets', () => {
  const roles = withLeader(4);
  const table: readonly (readonly [NodeTarget, readonly number[]])[] = [
    [{ of: 'leader' }, [4]],
    [{ of: 'follower' }, [0]],
    [{ of: 'followers' }, [0, 1, 2, 3]],
    [{ of: 'minority' }, [0, 4]],
    [{ of: 'majority' }, [1, 2, 3]],
    [{ of: 'service', service: 'back' }, [5, 6]],
    [{ of: 'role', role: 'service' }, [5, 6]],
    [{ of: 'zone', zone: 'zone-1' }, [1, 3, 6]],
    [{ of: 'clients' }, [7, 8]],
    [{ of: 'everyone' }, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    [{ of: 'nodes', nodes: [6, 2] }, [2, 6]],
  ];
  for (const [target, nodes] of table) {
    it(`${JSON.stringify(target)} is ${nodes.join(' ')}`, () => {
      assert.deepEqual(roles.resolve(target), nodes);
    });
  }

  it('of one server are that one, be it the minority or the majority', () => {
    const alone = new RoleBook(cluster({ servers: 1, clients: 1 }));
    const found = (['minority', 'majority'] as const).map((of) => alone.resolve({ of }));
    assert.deepEqual(found, [[0], [0]]);
  });

  it('gives each directed link once, and none to oneself', () => {
    const links = resolveLinks(
      { from: { of: 'minority' }, to: { of: 'leader' }, bothWays: true },
      roles,
    );
    assert.deepEqual(links, [
      [0, 4],
      [4, 0],
    ]);
  });
});

describe('the holder of a lock', () => {
  const shape = cluster({ servers: 3, clients: 2 });
  const ok = (f: string, key: string, process: number, value: Json): HistoryEvent => ({
    type: 'ok',
    timeUs: 0,
    process,
    op: 0,
    f,
    key,
    value,
  });
  const aimAfter = (...events: HistoryEvent[]): unknown => {
    const roles = new RoleBook(shape);
    events.forEach((e) => roles.event(e));
    const links = { from: { of: 'holder' }, to: { of: 'servers' }, bothWays: false } as const;
    return aimFault({ kind: 'partition', mode: 'drop', atUs: 0, untilUs: 1, links }, shape, roles)
      .aim;
  };

  it('is the client that was granted it last and has it still', () => {
    const links = [0, 1, 2].map((server) => [4, server]);
    assert.deepEqual(aimAfter(ok('acquire', 'l0', 0, 7), ok('acquire', 'l1', 3, 8)), {
      links,
      nodes: [4],
    });
    assert.equal(aimAfter(), 'nobody was seen to hold a lock');
    assert.equal(aimAfter(ok('acquire', 'l0', 0, null)), 'nobody was seen to hold a lock');
    const given = [ok('acquire', 'l0', 0, 7), ok('release', 'l0', 0, true)];
    assert.equal(aimAfter(...given), 'nobody was seen to hold a lock');
  });
});

describe('kinds of fault', () => {
  it('are the folders of harness/faults, in the list', () => {
    const folder = new URL('../../harness/faults/', import.meta.url);
    const names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    assert.deepEqual([...faultKinds, ...rareKinds].sort(), names.sort());
  });

  for (const definition of allKinds()) {
    const { kind, on, scope, harms } = definition;
    const drawn = Array.from({ length: 20 }, (_, seed) =>
      definition.draw(new Prng(seed), shape, { atUs: 1, untilUs: 2 }),
    );

    it(`${kind} is drawn as its own schema takes it, and nothing else is taken`, () => {
      for (const fault of drawn) {
        assert.equal(on in fault, true);
        assert.deepEqual(faultSchema.parse(fault), fault);
        assert.equal(faultSchema.safeParse({ ...fault, extra: 1 }).success, false);
        assert.equal(faultSchema.safeParse({ ...fault, kind: 'no-such' }).success, false);
      }
    });

    it(`${kind} says what it does, and what shows it where it is done for real`, () => {
      assert.ok(harms.length > 0);
      for (const fault of drawn) {
        assert.match(definition.describe(fault, 'server-0'), /server-0$/);
        if (definition.inject === undefined) continue;
        const figure = definition.figure?.(fault) ?? assert.fail('nothing grows');
        const isOfLinks = figure.endsWith('-bytes') || figure === 'broken-connections';
        assert.equal(isOfLinks, scope === 'link');
        const isOfProcesses = figure === 'stopped-processes' || figure === 'told-versions';
        assert.equal(isOfProcesses, scope === 'process');
      }
    });
  }

  it('are proved where nodes of ours run, every one that is claimed', () => {
    const claimed = allKinds().filter((d) => environmentsOf(d).includes('processes'));
    const proved = provedKinds();
    const unproved = claimed.map((d) => d.kind).filter((kind) => !proved.has(kind));
    assert.deepEqual(unproved, []);
  });

  it('are told by what they do', () => {
    const whichDo = (...asked: readonly Harm[]): string[] =>
      faultKinds.filter((kind) => doesAny(kind, ...asked));
    assert.deepEqual(whichDo('cuts-links'), ['partition']);
    assert.deepEqual(whichDo('ends-nodes', 'stops-nodes'), ['crash', 'pause']);
    assert.equal(doesOnly('crash', 'ends-nodes'), true);
    assert.equal(doesOnly('pause', 'ends-nodes'), false);
    assert.deepEqual(
      [doesAny('no-such', 'cuts-links'), doesOnly('no-such', 'cuts-links')],
      [false, false],
    );
    assert.equal(definitionOf('no-such'), undefined);
  });
});

describe('drawn plans', () => {
  const profile = {
    shape,
    kinds: faultKinds,
    count: 12,
    fromUs: 1_000_000,
    calmUs: 40_000_000,
    shortestUs: 200_000,
    longestUs: 10_000_000,
    isSwarm: true,
    endUs: 60_000_000,
  };

  it('are the same for the same seed, ordered, and calm when they said so', () => {
    for (let seed = 0; seed < 200; seed++) {
      const plan = drawPlan(new Prng(seed), profile);
      assert.deepEqual(plan, drawPlan(new Prng(seed), profile));
      const late = plan.filter((f) => f.untilUs > profile.calmUs);
      assert.ok(late.length <= 1, 'only the rest outside the core stays broken');
      for (const f of plan) assert.ok(f.atUs >= profile.fromUs && f.atUs < f.untilUs);
      for (let i = 1; i < plan.length; i++) {
        assert.ok((plan[i - 1]?.atUs ?? 0) <= (plan[i]?.atUs ?? 0));
      }
    }
  });

  it('leave a quorum of servers whole after the calm', () => {
    const roles = withLeader(0);
    for (let seed = 0; seed < 200; seed++) {
      for (const f of drawPlan(new Prng(seed), profile)) {
        if (f.untilUs <= profile.calmUs) continue;
        const broken =
          f.kind === 'crash' ? f.nodes : f.kind === 'partition' ? f.links.from : assert.fail();
        assert.ok(roles.resolve(broken).length <= 2);
      }
    }
  });

  it('use every kind of fault over some seeds, and few kinds in each', () => {
    const kinds = new Set<string>();
    const perRun: number[] = [];
    for (let seed = 0; seed < 200; seed++) {
      const own = new Set(drawPlan(new Prng(seed), profile).map((f) => f.kind));
      perRun.push(own.size);
      for (const kind of own) kinds.add(kind);
    }
    assert.deepEqual([...kinds].sort(), [...faultKinds].sort());
    assert.ok(Math.min(...perRun) <= 3 && Math.max(...perRun) >= 5);
  });
});
