/** The claims of the conformance suite: a timetable with faults, and what its history must show. */
import assert from 'node:assert/strict';
import type { Run } from '../../harness/core/environment.ts';
import type { NodeTarget } from '../../harness/core/fault.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Program } from '../../harness/core/program.ts';
import { timetable } from './script.ts';
import type { Reading } from './script.ts';

type Read = (r: Reading, run: Run) => void;

const plain = timetable({
  name: 'plain',
  durationMs: 4_000,
  deadlineMs: 1_200,
  // Of a link that carries nothing: only when it ends is looked at.
  faults: [
    {
      kind: 'latency',
      atUs: 50_000,
      untilUs: 4_000_000,
      until: { observed: 'ok', like: { f: 'read', key: '1' } },
      delayUs: 20_000,
      jitterUs: 0,
      links: { from: { of: 'clients' }, to: node(2), bothWays: false },
    },
  ],
  lines: [
    [100, 0, 'write', '1', 'a'],
    [300, 0, 'read', '1', null],
    [400, 0, 'refuse', '2', null],
    [500, 0, 'ignore', '0', null],
    [700, 1, 'read', '0', null],
    [3_000, 1, 'read', '0', 'last'],
  ],
});

/*
 * Each fault lasts long enough for a busy machine, which may stand still for half a second, to begin it, and
 * to show its effect, around what is sent meanwhile.
 */
const links = timetable({
  name: 'links',
  durationMs: 8_400,
  deadlineMs: 1_000,
  faults: [
    { kind: 'partition', atUs: 500_000, untilUs: 1_900_000, mode: 'drop', links: link(0, 1) },
    { kind: 'partition', atUs: 2_600_000, untilUs: 4_200_000, mode: 'stall', links: link(0, 1) },
    {
      kind: 'latency',
      atUs: 4_600_000,
      untilUs: 6_600_000,
      delayUs: 900_000,
      jitterUs: 0,
      links: link(0, 1),
    },
  ],
  lines: [
    [200, 0, 'post', '0>1', 'before'],
    [1_150, 0, 'post', '0>1', 'dropped'],
    [1_200, 0, 'post', '1>0', 'way back'],
    [1_250, 0, 'post', '0>2', 'other link'],
    [2_350, 0, 'post', '0>1', 'healed'],
    [3_250, 0, 'post', '0>1', 'stalled'],
    [5_300, 0, 'post', '0>1', 'late'],
    [5_350, 0, 'post', '1>0', 'prompt'],
    [7_200, 0, 'post', '0>1', 'end'],
  ],
});

const machines = timetable({
  name: 'machines',
  durationMs: 12_200,
  deadlineMs: 2_500,
  faults: [
    // Until after the deadline of what is asked meanwhile, as clients ask again.
    { kind: 'crash', atUs: 1_000_000, untilUs: 5_000_000, nodes: node(1) },
    { kind: 'pause', atUs: 7_000_000, untilUs: 8_000_000, nodes: node(2) },
  ],
  lines: [
    [100, 0, 'write', '1', 'durable'],
    [300, 0, 'note', '1', 'memory'],
    [350, 0, 'recall', '1', null],
    [1_600, 1, 'read', '1', null],
    [1_600, 0, 'write', '0', 'elsewhere'],
    // An engine that is busy takes its time to start a container again.
    [9_200, 0, 'read', '1', null],
    [9_300, 0, 'recall', '1', null],
    // By another client, as the first may still wait for the node that came back.
    [7_500, 2, 'read', '2', null],
  ],
});

const noise = timetable({
  name: 'noise',
  durationMs: 11_200,
  deadlineMs: 1_000,
  faults: [
    { kind: 'loss', atUs: 300_000, untilUs: 1_700_000, permille: 1_000, links: link(0, 1) },
    { kind: 'duplicate', atUs: 2_300_000, untilUs: 3_700_000, permille: 1_000, links: link(0, 1) },
    { kind: 'reorder', atUs: 4_300_000, untilUs: 5_700_000, permille: 1_000, links: link(0, 1) },
    { kind: 'bandwidth', atUs: 6_100_000, untilUs: 7_700_000, rate: 1, links: link(0, 1) },
    { kind: 'reset', atUs: 8_200_000, untilUs: 10_000_000, afterBytes: 300, links: link(0, 1) },
  ],
  lines: [
    [950, 0, 'post', '0>1', 'lost'],
    [1_000, 0, 'post', '1>0', 'not lost'],
    [2_950, 0, 'post', '0>1', 'twice'],
    [4_950, 0, 'post', '0>1', 'shuffled'],
    [6_750, 0, 'post', '0>1', 'w'.repeat(500)],
    [8_800, 0, 'post', '0>1', 'fits'],
    [8_850, 0, 'post', '1>0', 'not reset'],
    [8_900, 0, 'post', '0>1', 'z'.repeat(500)],
    [9_300, 0, 'post', '0>1', 'fits again'],
    [10_600, 0, 'post', '0>1', 'whole'.repeat(100)],
  ],
});

const clocks = timetable({
  name: 'clocks and disks',
  durationMs: 6_800,
  deadlineMs: 1_500,
  faults: [
    {
      kind: 'clock',
      atUs: 800_000,
      untilUs: 2_600_000,
      nodes: node(1),
      jumpUs: 3_600_000_000,
      driftPpm: 500_000,
    },
    { kind: 'disk', atUs: 3_900_000, untilUs: 5_900_000, nodes: node(1), delayUs: 700_000 },
  ],
  lines: [
    [200, 0, 'clock', '1', null],
    [1_450, 0, 'clock', '1', null],
    [1_900, 0, 'clock', '1', null],
    [1_950, 1, 'clock', '0', null],
    [3_300, 0, 'clock', '1', null],
    [4_600, 0, 'write', '1', 'slowly'],
    [4_650, 1, 'write', '0', 'quickly'],
  ],
});

/** Title, program, and what its history must show. */
export const claims: readonly (readonly [string, Program, Read])[] = [
  ['brings a cluster up and takes operations round', plain, roundTrip],
  ['a fault ends as soon as what it waits for is observed', plain, observed],
  ['a deadline gives info, a definite refusal fail', plain, endings],
  ['a dropped link loses messages in one direction only', links, dropped],
  ['a stalled link delivers after the heal', links, stalled],
  ['latency delays one direction', links, delayed],
  ['a crash loses memory and keeps what was durable', machines, crashed],
  ['a paused node answers after it goes on', machines, paused],
  ['loss loses', noise, (r) => never(r, 0, 'lost', 'not lost')],
  ['duplication repeats', noise, duplicated],
  ['reordering loses nothing', noise, reordered],
  ['a narrow link takes its time', noise, narrow],
  ['a reset loses what does not fit, and the next message takes a new connection', noise, reset],
  ['a clock jumps, drifts, and comes back', clocks, skewed],
  ['a slow disk delays what must be durable, on its node only', clocks, slowDisk],
];

function roundTrip(r: Reading, run: Run): void {
  assert.equal(r.operation('ok', 'write', '1').value, 'a');
  assert.deepEqual(
    [r.operation('ok', 'read', '1').value, r.operation('ok', 'read', '1').node],
    ['a', 1],
  );
  assert.equal(r.operation('ok', 'read', '0').value, null);
  assert.ok(run.history.endUs - run.history.readyUs >= plain.durationUs);
}

function observed(r: Reading): void {
  const end = r.fault(0, 'end');
  assert.ok(end >= r.operation('ok', 'read', '1').timeUs);
  assert.ok(end < r.operation('invoke', 'read', '0', 1).timeUs);
}

function endings(r: Reading): void {
  assert.equal(r.operation('fail', 'refuse', '2').error, 'refused');
  const invoked = r.operation('invoke', 'ignore', '0');
  const unknown = r.operation('info', 'ignore', '0');
  assert.equal(unknown.error, 'deadline');
  assert.ok(unknown.timeUs - invoked.timeUs >= plain.settings.deadlineUs);
}

function dropped(r: Reading): void {
  assert.ok(r.arrival('before', 1) < r.fault(0, 'begin'));
  never(r, 0, 'dropped', 'way back');
  assert.ok(r.arrival('other link', 2) < r.fault(0, 'end'));
  r.arrival('healed', 1);
}

/** `lost` never arrives over 0→1, the fault takes effect, and the way back is open meanwhile. */
function never(r: Reading, fault: number, lost: string, back: string): void {
  assert.deepEqual(r.arrivals(lost, 1), []);
  assert.ok(r.fault(fault, 'effective') <= r.fault(fault, 'end'));
  assert.ok(r.arrival(back, 0) < r.fault(fault, 'end'));
}

function stalled(r: Reading): void {
  assert.ok(r.posted('stalled') < r.fault(1, 'end'));
  assert.ok(r.arrival('stalled', 1) >= r.healedFrom(1), 'not before the heal began');
  assert.ok(r.fault(1, 'effective') <= r.fault(1, 'end'));
}

function delayed(r: Reading): void {
  assert.ok(r.arrival('late', 1) - r.posted('late') >= 900_000);
  assert.ok(r.arrival('prompt', 0) < r.arrival('late', 1), 'the way back is as quick as ever');
  assert.ok(r.fault(2, 'effective') <= r.fault(2, 'end'));
  assert.ok(r.arrival('end', 1) > r.fault(2, 'end'));
}

function crashed(r: Reading, run: Run): void {
  assert.equal(r.operation('ok', 'recall', '1', 0).value, 'memory');
  assert.equal(r.operation('info', 'read', '1', 0).error, 'deadline');
  assert.equal(r.operation('ok', 'write', '0').value, 'elsewhere');
  assert.equal(r.operation('ok', 'read', '1', 1).value, 'durable');
  assert.equal(r.operation('ok', 'recall', '1', 1).value, null);
  const story = run.history.events.flatMap((e) =>
    e.type === 'node' && e.node === 1 ? e.change : [],
  );
  assert.deepEqual(story.slice(0, 3), ['started', 'crashed', 'started']);
  r.fault(0, 'effective');
}

function paused(r: Reading): void {
  assert.ok(r.operation('invoke', 'read', '2').timeUs < r.fault(1, 'end'));
  assert.ok(r.operation('ok', 'read', '2').timeUs >= r.healedFrom(1), 'not before it went on');
  r.fault(1, 'effective');
}

function duplicated(r: Reading): void {
  assert.ok(r.arrivals('twice', 1).length >= 2);
  r.fault(1, 'effective');
}

/** Outside simulation `effective` is stamped when counters show it, so it may follow the arrival. */
function reordered(r: Reading): void {
  r.arrival('shuffled', 1);
  assert.ok(r.fault(2, 'effective') <= r.fault(2, 'end'));
}

function narrow(r: Reading): void {
  const tag = 'w'.repeat(500);
  assert.ok(r.arrival(tag, 1) - r.posted(tag) >= 500_000, '500 bytes at a kilobyte a second');
  r.fault(3, 'effective');
}

function reset(r: Reading): void {
  never(r, 4, 'z'.repeat(500), 'not reset');
  assert.ok(r.arrival('fits', 1) < r.fault(4, 'end'));
  assert.ok(r.arrival('fits again', 1) < r.fault(4, 'end'));
  r.arrival('whole'.repeat(100), 1);
}

function skewed(r: Reading): void {
  const read = (n: number): readonly [number, number] =>
    r.operation('ok', 'clock', '1', n).value as unknown as readonly [number, number];
  const aheadUs = (n: number): number => read(n)[1] - read(n)[0];
  assert.ok(aheadUs(1) - aheadUs(0) >= 3_599_000_000, 'jumped ahead');
  assert.ok(aheadUs(3) - aheadUs(0) < 1_000_000, 'jumped back');
  const trueUs =
    r.operation('invoke', 'clock', '1', 2).timeUs - r.operation('ok', 'clock', '1', 1).timeUs;
  assert.ok(read(2)[0] - read(1)[0] > 1.2 * trueUs, 'runs half as fast again');
  assert.ok(read(3)[0] > read(2)[0], 'a monotonic clock never goes back');
  r.fault(0, 'effective');
}

function slowDisk(r: Reading): void {
  const tookUs = (key: string): number =>
    r.operation('ok', 'write', key).timeUs - r.operation('invoke', 'write', key).timeUs;
  assert.ok(tookUs('1') >= 700_000);
  assert.ok(r.operation('ok', 'write', '0').timeUs < r.operation('ok', 'write', '1').timeUs);
  r.fault(1, 'effective');
}

function link(from: NodeId, to: NodeId): { from: NodeTarget; to: NodeTarget; bothWays: boolean } {
  return { from: node(from), to: node(to), bothWays: false };
}

function node(id: NodeId): NodeTarget {
  return { of: 'node', node: id };
}
