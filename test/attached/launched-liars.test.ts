/** Faults that claim to be done to members of our own: a proxy among them, a disk and a pause that do nothing. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { AttachedDeployment } from '../../harness/attached/deployment.ts';
import { connectionFaults } from '../../harness/attached/environment.ts';
import { LaunchedMembers } from '../../harness/attached/launched-members.ts';
import type { Fault } from '../../harness/core/fault.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Program } from '../../harness/core/program.ts';
import type { Endpoint, Session, System } from '../../harness/core/system.ts';
import { whyNoDisks } from '../../harness/disks/support.ts';
import type { ControlRequest, NodeCounters } from '../../harness/host/control-protocol.ts';
import type { Links } from '../../harness/links/links.ts';
import { openLinks } from '../../harness/links/toxiproxy-links.ts';
import { runRealtime } from '../../harness/realtime/run.ts';
import { lyingLinks } from '../conformance/liars.ts';
import { timetable } from '../conformance/script.ts';
import type { Line } from '../conformance/script.ts';
import { skipUnless } from '../require.ts';

const server = fileURLToPath(new URL('peer-server.mjs', import.meta.url));
const liar: NodeId = 1;

/** What is done to member 1 is not done, and counted; nor are link faults of even number. */
class LyingDeployment extends AttachedDeployment {
  private asked = 0;

  protected override async openLinks(api: string): Promise<Links> {
    return lyingLinks(
      await openLinks({ api }),
      (fault) => Number(/\d+$/.exec(fault)?.[0]) % 2 === 0,
    );
  }

  override setFaults(node: NodeId, request: ControlRequest): Promise<void> {
    const { faults } = request;
    // As quick as a disk can be, and looked at all the same.
    const syncDelayUs = Math.min(1, faults.syncDelayUs);
    const told = node === liar ? { ...faults, syncDelayUs } : faults;
    return super.setFaults(node, { ...request, faults: told });
  }

  override async counters(node: NodeId): Promise<NodeCounters> {
    this.asked += 1;
    const found = await super.counters(node);
    return node === liar ? { ...found, delayedSyncs: this.asked } : found;
  }

  override async pause(node: NodeId): Promise<void> {
    if (node !== liar) await super.pause(node);
  }
}

const session = (at: readonly Endpoint[]): Session => ({
  start: ({ key }, done) => {
    const [member, path] = key.split(' ');
    void fetch(`${at[Number(member)]?.url}/${path}`).then(
      () => done({ type: 'ok', value: 1 }),
      (e: unknown) => done({ type: 'info', error: String(e) }),
    );
  },
  close: () => undefined,
});

function program(): Program {
  const on = (node: NodeId) => ({ of: 'node', node }) as const;
  const to = (node: NodeId) => ({ from: on(0), to: on(node), bothWays: false });
  const at = { atUs: 200_000, untilUs: 5_200_000 };
  const faults: Fault[] = [
    { kind: 'partition', mode: 'drop', ...at, links: to(1) },
    { kind: 'partition', mode: 'drop', ...at, links: to(2) },
    { kind: 'disk', delayUs: 900_000, ...at, nodes: on(1) },
    { kind: 'disk', delayUs: 200_000, ...at, nodes: on(2) },
    { kind: 'pause', atUs: 5_400_000, untilUs: 6_400_000, nodes: on(1) },
  ];
  const lines: Line[] = [];
  for (let ms = 50; ms < 5_200; ms += 150) {
    lines.push([ms, 0, 'read', '0 ask/n1', null], [ms + 30, 0, 'read', '0 ask/n2', null]);
    lines.push([ms, 1, 'read', '1 sync', null], [ms + 30, 1, 'read', '2 sync', null]);
  }
  const drawn = timetable({ name: 'liars', durationMs: 6_600, deadlineMs: 400, lines, faults });
  const nodes = drawn.shape.nodes.map((node, i) => ({ ...node, name: `n${i}` }));
  return { ...drawn, shape: { ...drawn.shape, nodes } };
}

describe('faults that claim to be done, to members of our own', function () {
  this.timeout(60_000);

  it('are told from those that are: proxies, disks and processes', async function () {
    skipUnless(this, 'disks', whyNoDisks());
    const members = await LaunchedMembers.open({
      plan: {
        command: [process.execPath, server, '{{name}}', '{{port}}', '{{peers}}', '{{data}}'],
        ready: { log: 'listens$' },
      },
      network: 'proxies',
      disk: 'fuse',
    });
    const adapter = { connect: session, ready: () => Promise.resolve() };
    const system: System = {
      name: 'peers',
      operations: new Set(['read']),
      promises: [],
      mutants: {},
      adapter,
    };
    const deployment = new LyingDeployment({
      endpoints: members.endpoints,
      access: members,
      launched: members,
      system: system.name,
      adapter,
      program: program(),
      faults: connectionFaults({ withDisks: true }),
    });
    const {
      history,
      faultNotes = [],
      leftovers,
    } = await runRealtime(deployment, system, program());
    const effective = history.events.flatMap((e) =>
      e.type === 'fault' && e.phase === 'effective' ? [e.fault] : [],
    );
    assert.deepEqual([effective.toSorted(), leftovers], [[1, 3], []], JSON.stringify(faultNotes));
    const notes = faultNotes
      .filter((n) => n.about !== 'late')
      .toSorted((a, b) => a.fault - b.fault)
      .map((n) => `${n.fault} ${n.about}: ${n.text}`);
    assert.equal(notes.length, 3, notes.join('\n'));
    assert.match(notes[0] ?? '', /^0 no-effect: .*a probe passed/);
    assert.match(notes[1] ?? '', /^2 no-effect: no sync took longer than \d+ ms/);
    assert.match(notes[2] ?? '', /^4 no-effect: its process is not as it was made: it runs/);
  });
});
