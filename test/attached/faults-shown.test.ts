/** Faults that claim to be done to systems that are not ours: a proxy that does nothing, a pause that stops nobody. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { nobody } from '../../harness/attached/access.ts';
import { AttachedDeployment } from '../../harness/attached/deployment.ts';
import { connectionFaults } from '../../harness/attached/environment.ts';
import type { Run } from '../../harness/core/environment.ts';
import type { Fault } from '../../harness/core/fault.ts';
import type { Endpoint, Session, System } from '../../harness/core/system.ts';
import { openLinks } from '../../harness/links/toxiproxy-links.ts';
import type { Links } from '../../harness/links/links.ts';
import { runRealtime } from '../../harness/realtime/run.ts';
import { lyingLinks } from '../conformance/liars.ts';
import { timetable } from '../conformance/script.ts';
import type { Line } from '../conformance/script.ts';

/** Every fault with an even number is a lie. */
class LyingDeployment extends AttachedDeployment {
  protected override async openLinks(api: string): Promise<Links> {
    return lyingLinks(
      await openLinks({ api }),
      (fault) => Number(/\d+$/.exec(fault)?.[0]) % 2 === 0,
    );
  }
}

describe('faults that claim to be done, attached', function () {
  this.timeout(30_000);
  const servers: Server[] = [];
  const endpoints: Endpoint[] = [];

  before(async () => {
    for (const name of ['m0', 'm1', 'm2']) {
      const server = createServer((_, response) => response.end('1'));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      servers.push(server);
      endpoints.push({ name, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    }
  });
  after(() => {
    for (const server of servers) server.closeAllConnections();
    for (const server of servers) server.close();
  });

  /** Reads of all members all the while, under `faults`. */
  async function run(faults: readonly Fault[], Kind: typeof AttachedDeployment): Promise<Run> {
    const lines: Line[] = [];
    for (let at = 50; at < 2_200; at += 150) {
      lines.push([at, 0, 'read', '0', null], [at + 30, 0, 'read', '2', null]);
      lines.push([at, 1, 'read', '1', null]);
    }
    const program = timetable({ name: 'liars', durationMs: 2_400, deadlineMs: 400, lines, faults });
    const session = (at: readonly Endpoint[]): Session => ({
      start: (op, done) =>
        void fetch(at[Number(op.key)]?.url ?? '').then(
          () => done({ type: 'ok', value: 1 }),
          (e: unknown) => done({ type: 'info', error: String(e) }),
        ),
      close: () => undefined,
    });
    const adapter = { connect: session, ready: () => Promise.resolve() };
    const system: System = {
      name: 'mute',
      operations: new Set(['read']),
      promises: [],
      mutants: {},
      adapter,
    };
    const deployment = new Kind({
      endpoints,
      access: {
        ...nobody,
        members: new Set([2]),
        reserve: () => () => undefined,
        standing: () => 'runs',
      },
      system: system.name,
      adapter,
      program,
      faults: connectionFaults(),
    });
    return runRealtime(deployment, system, program);
  }

  it('are shown by a witness, each kind that needs nothing of the members', async () => {
    const interval = { atUs: 300_000, untilUs: 2_000_000 };
    const to = (n: number) =>
      ({ from: { of: 'clients' }, to: { of: 'node', node: n }, bothWays: false }) as const;
    const faults: Fault[] = [
      { kind: 'bandwidth', rate: 2, ...interval, links: to(0) },
      { kind: 'reset', afterBytes: 0, ...interval, links: to(1) },
      { kind: 'limit', bytes: 60, ...interval, links: to(2) },
      { kind: 'slice', pieceBytes: 30, pauseUs: 5_000, ...interval, links: to(0) },
      { kind: 'slow-close', delayUs: 300_000, ...interval, links: to(1) },
    ];
    const { history, faultNotes } = await run(faults, AttachedDeployment);
    const effective = history.events.flatMap((e) =>
      e.type === 'fault' && e.phase === 'effective' ? [e.fault] : [],
    );
    assert.deepEqual(effective.toSorted(), [0, 1, 2, 3, 4], JSON.stringify(faultNotes));
  });

  it('are told from those that are by a witness, and by the processes themselves', async () => {
    const interval = { atUs: 300_000, untilUs: 1_900_000 };
    const to = (n: number) =>
      ({ from: { of: 'clients' }, to: { of: 'node', node: n }, bothWays: true }) as const;
    const faults: Fault[] = [
      { kind: 'partition', mode: 'drop', ...interval, links: to(0) },
      { kind: 'partition', mode: 'drop', ...interval, links: to(1) },
      { kind: 'latency', delayUs: 120_000, jitterUs: 20_000, ...interval, links: to(0) },
      { kind: 'latency', delayUs: 120_000, jitterUs: 20_000, ...interval, links: to(2) },
      { kind: 'pause', ...interval, nodes: { of: 'node', node: 2 } },
    ];
    const { history, faultNotes = [] } = await run(faults, LyingDeployment);
    const effective = history.events.flatMap((e) =>
      e.type === 'fault' && e.phase === 'effective' ? [e.fault] : [],
    );
    assert.deepEqual(effective.toSorted(), [1, 3], JSON.stringify(faultNotes));
    const notes = faultNotes
      .filter((n) => n.about !== 'late')
      .toSorted((a, b) => a.fault - b.fault);
    assert.deepEqual(
      notes.map((n) => `${n.fault} ${n.about}`),
      ['0 no-effect', '2 no-effect', '4 no-effect'],
    );
    assert.match(notes[0]?.text ?? '', /^witness-fault-0: a probe passed/);
    assert.match(notes[2]?.text ?? '', /its process is not as it was made: it runs/);
  });
});
