/** What is told to a node is the whole of what is in force, one request at a time, the last one last. */
import assert from 'node:assert/strict';
import type { NodeId } from '../../harness/core/host.ts';
import { noFaults } from '../../harness/host/control-protocol.ts';
import type {
  ControlRequest,
  NodeCounters,
  NodeFaults,
} from '../../harness/host/control-protocol.ts';
import { NodeFaultControl } from '../../harness/realtime/node-faults.ts';

const slowDisk: NodeFaults = { ...noFaults, syncDelayUs: 1_000 };
const counters: NodeCounters = {
  sent: {},
  links: {},
  skewedReads: 0,
  delayedSyncs: 3,
  dropped: 0,
};

/** Node 0, whose answers come when the test lets them. */
function node(): {
  control: NodeFaultControl;
  requests: ControlRequest[];
  answer: (isHeard?: boolean) => void;
  isReachable: { value: boolean };
} {
  const requests: ControlRequest[] = [];
  const open: ((isHeard: boolean) => void)[] = [];
  const isReachable = { value: true };
  const control = new NodeFaultControl({
    deployment: {
      setFaults: (_: NodeId, request) => {
        requests.push(request);
        return new Promise((resolve, reject) => {
          open.push((isHeard) => (isHeard ? resolve() : reject(new Error('no answer'))));
        });
      },
      counters: () => Promise.resolve(counters),
    },
    clients: new Map(),
    isReachable: () => isReachable.value,
  });
  return { control, requests, answer: (isHeard = true) => open.shift()?.(isHeard), isReachable };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('faults inside nodes', () => {
  it('reading figures sets nothing', async () => {
    const { control, requests, answer } = node();
    const begun = control.begin(0, new Map([[0, slowDisk]]));
    await settled();
    answer();
    await begun;
    await control.refresh([0]);
    assert.equal(control.figure(0, 'delayedSyncs'), 3);
    assert.equal(requests.length, 1);
  });

  it('an end waits for what is under way, and is the last word', async () => {
    const { control, requests, answer } = node();
    const begun = control.begin(0, new Map([[0, slowDisk]]));
    const ended = control.end(0);
    await settled();
    assert.equal(requests.length, 1, 'one at a time');
    answer(false);
    await begun;
    await settled();
    answer();
    await ended;
    const [first, last] = requests as [ControlRequest, ControlRequest];
    assert.equal(requests.length, 2);
    assert.equal(last.faults.syncDelayUs, 0);
    assert.ok(last.sequence > first.sequence);
  });

  it('tells a node again that did not answer, until it knows', async () => {
    const { control, requests, answer, isReachable } = node();
    isReachable.value = false;
    await control.begin(0, new Map([[0, slowDisk]]));
    assert.equal(requests.length, 0);
    isReachable.value = true;
    const refreshed = control.refresh([0]);
    await settled();
    answer();
    await refreshed;
    await control.refresh([0]);
    assert.deepEqual(
      requests.map((r) => r.faults.syncDelayUs),
      [1_000],
    );
  });

  it('throws when a node that can be spoken to does not hear that it is over', async () => {
    const { control, answer } = node();
    const begun = control.begin(0, new Map([[0, slowDisk]]));
    await settled();
    answer();
    await begun;
    const ended = assert.rejects(control.end(0), /nodes 0 do not hear that it is over/);
    for (let i = 0; i < 5; i++) {
      await settled();
      answer(false);
    }
    await ended;
  });
});
