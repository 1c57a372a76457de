import assert from 'node:assert/strict';
import type { Fault } from '../../harness/core/fault.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { System } from '../../harness/core/system.ts';
import type { NodeFaults } from '../../harness/host/control-protocol.ts';
import { runRealtime } from '../../harness/realtime/run.ts';
import { program, Scribe, system } from './scribe.ts';

const interval = { atUs: 0, untilUs: 30_000 };

function phases(events: readonly HistoryEvent[], fault: number): string[] {
  return events.flatMap((e) => (e.type === 'fault' && e.fault === fault ? [e.phase] : []));
}

describe('a live run', () => {
  it('starts, runs clients and faults, heals, stops, and tells all in order', async () => {
    const scribe = new Scribe();
    const { history, leftovers } = await runRealtime(
      scribe,
      system,
      program([
        {
          kind: 'partition',
          mode: 'drop',
          ...interval,
          links: {
            from: { of: 'node', node: 0 },
            to: { of: 'nodes', nodes: [1, 3] },
            bothWays: true,
          },
        },
      ]),
    );
    assert.deepEqual(scribe.said, [
      'fault-0 timeout a->b upstream,b->a upstream,client-0->a downstream,client-0->a upstream',
      'heal fault-0',
      'heal all',
      'client closed',
      'stop',
    ]);
    assert.deepEqual(phases(history.events, 0), ['begin', 'effective', 'end']);
    assert.deepEqual(
      history.events.flatMap((e) => (e.type === 'invoke' || e.type === 'ok' ? [e.type] : [])),
      ['invoke', 'ok'],
    );
    assert.deepEqual(leftovers, []);
  });

  it('ends what is still in force at the end of the run, in the history too', async () => {
    const scribe = new Scribe();
    const endless = { atUs: 0, untilUs: 60_000_000 };
    const faults: Fault[] = [
      { kind: 'crash', ...endless, nodes: { of: 'node', node: 1 } },
      { kind: 'pause', ...endless, nodes: { of: 'node', node: 2 } },
      { kind: 'disk', ...endless, nodes: { of: 'node', node: 0 }, delayUs: 7 },
    ];
    const { history } = await runRealtime(scribe, system, program(faults));
    faults.forEach((_, i) => {
      assert.deepEqual(phases(history.events, i), ['begin', 'effective', 'end'], `fault ${i}`);
    });
    assert.ok(scribe.said.includes('restart 1') && scribe.said.includes('resume 2'));
    assert.equal(scribe.told.get(0)?.syncDelayUs, 0);
  });

  it('keeps a node down while any crash is in force', async () => {
    const scribe = new Scribe();
    const nodesB = { of: 'node', node: 1 } as const;
    const faults: Fault[] = [
      { kind: 'crash', atUs: 0, untilUs: 40_000, nodes: nodesB },
      { kind: 'crash', atUs: 20_000, untilUs: 90_000, nodes: nodesB },
      { kind: 'pause', atUs: 30_000, untilUs: 60_000, nodes: nodesB },
    ];
    const { history } = await runRealtime(scribe, system, program(faults));
    const about = scribe.said.filter((s) => s.endsWith(' 1'));
    assert.deepEqual(about, ['crash 1', 'restart 1']);
    const changes = history.events.flatMap((e) =>
      e.type === 'node' && e.node === 1 ? [e.change] : [],
    );
    assert.deepEqual(changes, ['started', 'crashed', 'started']);
    assert.deepEqual(phases(history.events, 1), ['begin', 'end'], 'it was down already');
  });

  it('tells a restarted node again what is in force', async () => {
    const scribe = new Scribe();
    const told: boolean[] = [];
    const restart = scribe.restart.bind(scribe);
    scribe.restart = (node) => {
      scribe.told.clear();
      return restart(node);
    };
    const faults: Fault[] = [
      { kind: 'disk', atUs: 0, untilUs: 140_000, nodes: { of: 'node', node: 1 }, delayUs: 9 },
      { kind: 'crash', atUs: 20_000, untilUs: 50_000, nodes: { of: 'node', node: 1 } },
      { kind: 'disk', atUs: 100_000, untilUs: 130_000, nodes: { of: 'node', node: 0 }, delayUs: 1 },
    ];
    await runRealtime(scribe, system, program(faults), {
      onEvent: (e) => {
        if (e.type === 'fault' && e.fault === 2 && e.phase === 'effective') {
          told.push(scribe.told.get(1)?.syncDelayUs === 9);
        }
      },
    });
    assert.deepEqual(told, [true]);
  });

  it('puts overlapping faults of one node together, and takes each away by itself', async () => {
    const scribe = new Scribe();
    const told = new Map<string, NodeFaults | undefined>();
    const links = {
      from: { of: 'node', node: 0 },
      to: { of: 'node', node: 1 },
      bothWays: false,
    } as const;
    const faults: Fault[] = [
      { kind: 'loss', atUs: 0, untilUs: 100_000, permille: 500, links },
      { kind: 'loss', atUs: 30_000, untilUs: 60_000, permille: 200, links },
      { kind: 'clock', atUs: 0, untilUs: 100_000, nodes: links.from, jumpUs: 3, driftPpm: 10 },
      { kind: 'clock', atUs: 30_000, untilUs: 60_000, nodes: links.from, jumpUs: 4, driftPpm: -2 },
    ];
    await runRealtime(scribe, system, program(faults), {
      onEvent: (e) => {
        if (e.type === 'fault') told.set(`${e.fault} ${e.phase}`, scribe.told.get(0));
      },
    });
    const loss = (at: string): number | undefined => told.get(at)?.links[1]?.lossPermille;
    assert.deepEqual([loss('1 begin'), loss('1 effective'), loss('1 end')], [500, 600, 500]);
    assert.deepEqual(told.get('3 effective')?.clock, { jumpUs: 7, driftPpm: 8 });
    assert.deepEqual(told.get('2 end')?.clock, { jumpUs: 0, driftPpm: 0 });
  });

  it('lists what it cannot do instead of faking it', async () => {
    const scribe = new Scribe(['crash', 'clock']);
    const { skippedFaults, history } = await runRealtime(
      scribe,
      system,
      program([
        { kind: 'pause', ...interval, nodes: { of: 'leader' } },
        { kind: 'crash', ...interval, nodes: { of: 'clients' } },
      ]),
    );
    assert.deepEqual(skippedFaults, [
      { fault: 0, what: 'pause leader', reason: 'pause cannot be done here' },
      {
        fault: 1,
        what: 'crash clients',
        reason: 'workload clients have no process of their own',
      },
    ]);
    assert.ok(!history.events.some((e) => e.type === 'fault'));
  });

  it('skips a fault of the leader when nobody was seen to lead, and says so', async () => {
    const scribe = new Scribe();
    const fault: Fault = { kind: 'crash', ...interval, nodes: { of: 'leader' } };
    const { skippedFaults, pins } = await runRealtime(scribe, system, program([fault]));
    assert.deepEqual(skippedFaults, [
      { fault: 0, what: 'crash leader', reason: 'nobody was seen to lead' },
    ]);
    assert.deepEqual(pins, { 0: [] });
    assert.ok(!scribe.said.some((s) => s.startsWith('crash')));
  });

  it('refuses a plan with a kind of fault that nobody defined', async () => {
    const fault = { kind: 'gremlin', ...interval, nodes: { of: 'servers' } } as unknown as Fault;
    const run = runRealtime(new Scribe(), system, program([fault]));
    await assert.rejects(run, /E_PLAN: fault 1 of the plan is of kind "gremlin"/);
  });

  it('stops a node that starts during a pause', async () => {
    for (const pauseAtUs of [0, 30_000]) {
      const scribe = new Scribe();
      const nodesB = { of: 'node', node: 1 } as const;
      const faults: Fault[] = [
        { kind: 'pause', atUs: pauseAtUs, untilUs: 90_000, nodes: nodesB },
        { kind: 'crash', atUs: 20_000, untilUs: 60_000, nodes: nodesB },
      ];
      const { history } = await runRealtime(scribe, system, program(faults));
      assert.deepEqual(
        scribe.said.filter((s) => s.endsWith(' 1')),
        [...(pauseAtUs === 0 ? ['pause 1'] : []), 'crash 1', 'restart 1', 'pause 1', 'resume 1'],
      );
      assert.deepEqual(phases(history.events, 0), ['begin', 'effective', 'end']);
    }
  });

  it('goes on when it cannot be told whether a fault took effect', async () => {
    const scribe = new Scribe();
    scribe.links.effect = () => Promise.reject(new Error('GET /links: no answer after 2 s'));
    const links = { from: { of: 'servers' }, to: { of: 'servers' }, bothWays: false } as const;
    const fault: Fault = { kind: 'partition', mode: 'drop', ...interval, links };
    const { history } = await runRealtime(scribe, system, program([fault]));
    assert.deepEqual(phases(history.events, 0), ['begin', 'end']);
    assert.ok(history.events.some((e) => e.type === 'ok'));
  });

  it('pins the roles that it resolved, and takes pins', async () => {
    const fault: Fault = { kind: 'pause', ...interval, nodes: { of: 'majority' } };
    const free = await runRealtime(new Scribe(), system, program([fault]));
    assert.deepEqual(free.pins, { 0: [1, 2] });
    const scribe = new Scribe();
    await runRealtime(scribe, system, program([fault]), { pins: { 0: [0] } });
    assert.ok(scribe.said.includes('pause 0') && !scribe.said.includes('pause 1'));
  });

  it('calls a missed deadline info, never early', async () => {
    const scribe = new Scribe();
    scribe.answer = null;
    const { history } = await runRealtime(scribe, system, program([]));
    assert.deepEqual(
      history.events.flatMap((e) => (e.type === 'info' ? [e.error] : [])),
      ['deadline'],
    );
    const [invoke, info] = history.events.filter((e) => e.type === 'invoke' || e.type === 'info');
    assert.ok((info?.timeUs ?? 0) - (invoke?.timeUs ?? 0) >= 50_000);
  });

  it('heals and stops when the run is lost, and throws the reason', async () => {
    const scribe = new Scribe();
    const lost = new HarnessError('E_DOCKER_LOST', 'gone');
    const faults: Fault[] = [
      { kind: 'pause', atUs: 0, untilUs: 60_000_000, nodes: { of: 'node', node: 1 } },
    ];
    const run = runRealtime(scribe, system, program(faults, 60_000_000), {
      onEvent: (e) => {
        if (e.type === 'fault' && e.phase === 'effective') scribe.sink?.failed(lost);
      },
    });
    await assert.rejects(run, lost);
    assert.deepEqual(scribe.said, ['pause 1', 'resume 1', 'heal all', 'client closed', 'stop']);
  });

  for (const areNodesForeign of [false, true]) {
    const whose = areNodesForeign ? 'that stay are started' : 'that go with the run are left down';
    it(`heals without a look at anything when it is broken off; nodes ${whose}`, async () => {
      const scribe = Object.assign(new Scribe(), { areNodesForeign });
      const stop = new AbortController();
      const endless = { atUs: 0, untilUs: 60_000_000 };
      const node = (n: number) => ({ of: 'node', node: n }) as const;
      const links = { from: node(0), to: node(2), bothWays: false };
      const faults: Fault[] = [
        { kind: 'crash', ...endless, nodes: node(1) },
        { kind: 'partition', mode: 'drop', ...endless, links },
        { kind: 'clock', ...endless, nodes: node(2), jumpUs: 9_000_000, driftPpm: 0 },
      ];
      let probes = 0;
      const probe = (): Promise<never[]> => {
        probes += 1;
        return Promise.resolve([]);
      };
      Object.assign(scribe, { probe });
      let before = Infinity;
      const run = runRealtime(scribe, system, program(faults, 60_000_000), {
        signal: stop.signal,
        onEvent(e) {
          if (e.type !== 'fault' || e.phase !== 'begin' || e.fault !== 2) return;
          setImmediate(() => {
            before = probes;
            stop.abort(new Error('enough'));
          });
        },
      });
      await assert.rejects(run, /enough/);
      assert.equal(probes, before);
      assert.equal(scribe.said.includes('restart 1'), areNodesForeign);
      assert.ok(scribe.said.includes('heal fault-1'));
    });
  }

  it('names what could not be removed, with the reason why it failed', async () => {
    const scribe = new Scribe();
    scribe.pause = () => Promise.reject(new Error('no such process'));
    scribe.stop = () => Promise.resolve(['process 17']);
    const faults: Fault[] = [{ kind: 'pause', ...interval, nodes: { of: 'node', node: 1 } }];
    await assert.rejects(
      runRealtime(scribe, system, program(faults, 60_000_000)),
      /E_FAULT: pause b cannot begin: no such process\..* Left behind: process 17\. .*antlion clean/,
    );
  });

  it('records a node that ended by itself, and goes on', async () => {
    const scribe = new Scribe();
    const { history } = await runRealtime(scribe, system, program([]), {
      onEvent: (e) => {
        if (e.type === 'ok') scribe.sink?.exited(2, 'exit code 70');
      },
    });
    const failed = history.events.filter((e) => e.type === 'node' && e.change === 'failed');
    assert.deepEqual(
      failed.map((e) => e.type === 'node' && [e.node, e.reason]),
      [[2, 'exit code 70']],
    );
  });

  it('says what the nodes said last when the cluster does not become ready', async () => {
    const never: System = { ...system, readiness: () => ({ event: () => false }) };
    const scribe = new Scribe();
    await assert.rejects(
      runRealtime(scribe, never, program([]), { readyWithinUs: 20_000 }),
      /E_NOT_READY: the cluster is not ready after 20 ms.*\n {2}a: 0 is tired\n {2}b: 1 is tired/,
    );
    assert.deepEqual(scribe.said.at(-1), 'stop');
  });
});
