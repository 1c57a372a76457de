/**
 * Some who claimed something die; others are restarted while what they said is in force, claim it again and take it
 * back. One node is heard late by everybody.
 */
import { cluster, defineScenario, drawOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault, NodeId, Operation, Prng } from '../../../harness/spec.ts';

const servers = 3;
const instances = 9;
const lifetimeUs = secondsUs(20);
const durationUs = secondsUs(60);

export const evidenceClaimedAgain = defineScenario({
  name: 'evidence-claimed-again',
  claim:
    'What a node says after a restart outranks what it said before, and evidence ends in its time also where it goes round by slow ways.',
  promises: ['ended-unused', 'revoked-unused', 'evidence-arrives', 'evidence-in-scope'],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const shape = cluster({
      servers,
      services: [{ name: 'app', instances }],
      clients: 4,
      zones: 4,
    });
    const apps = draw.shuffle(Array.from({ length: instances }, (_, i) => servers + i));
    const [slow = servers, ...others] = apps;
    const [dead, restarted] = [others.slice(0, 2), others.slice(2, 5)];
    const crash = (node: NodeId, atUs: number, forUs: number): Fault => ({
      kind: 'crash',
      atUs,
      untilUs: atUs + forUs,
      nodes: { of: 'node', node },
    });
    return {
      shape,
      faults: [
        // Longer than nodes take to tell each other all they hold.
        {
          kind: 'latency',
          atUs: secondsUs(1),
          untilUs: durationUs,
          delayUs: 600_000,
          jitterUs: 0,
          links: { from: { of: 'node', node: slow }, to: { of: 'everyone' }, bothWays: false },
        },
        ...dead.map((node) => crash(node, secondsUs(10), secondsUs(45))),
        ...restarted.map((node) => crash(node, secondsUs(13) + draw.below(secondsUs(1)), 500_000)),
      ],
      clients: [claiming(dead, restarted), ...asking(draw.fork('asking'), [...dead, ...restarted])],
      durationUs,
      deadlineUs: secondsUs(1),
      extra: { modes: false, evidenceExchange: { lifetimeUs } },
    };
  },
});

function claiming(dead: readonly NodeId[], restarted: readonly NodeId[]): Operation[] {
  const step = (f: string, at: NodeId): Pick<Operation, 'f' | 'key' | 'value'> => ({
    f,
    key: `thing-${at}`,
    value: { at, scope: 'global' },
  });
  const claims = (nodes: readonly NodeId[]): ReturnType<typeof step>[] =>
    nodes.map((at) => step('claim-evidence', at));
  return [
    ...after(secondsUs(1), claims([...dead, ...restarted])),
    ...after(secondsUs(15), claims(restarted)),
    ...after(
      secondsUs(1),
      restarted.map((at) => step('revoke-evidence', at)),
    ),
  ].map((op, id) => ({ ...op, id }));
}

function after(
  us: number,
  steps: readonly Pick<Operation, 'f' | 'key' | 'value'>[],
): Omit<Operation, 'id'>[] {
  return steps.map((step, i) => ({ ...step, afterUs: i === 0 ? us : 0 }));
}

/** All but those who are down for long are asked. */
function asking(draw: Prng, things: readonly NodeId[]): Operation[][] {
  const down = new Set(things.slice(0, 2));
  const asked = Array.from({ length: servers + instances }, (_, id) => id).filter(
    (id) => !down.has(id),
  );
  return drawOperations(draw, { clients: 3, count: 250, pauseUs: 200_000 }, (d) => ({
    f: 'route-by-evidence',
    key: `thing-${d.pick(things)}`,
    value: { at: d.pick(asked) },
  })).map((list) => list.map((op) => ({ ...op, id: op.id + 100 })));
}
