/** Edges serve a few objects that change often; some are cut off from the origin, and a leader is lost. */
import {
  cluster,
  defineScenario,
  drawOperations,
  secondsUs,
  sideBySide,
} from '../../harness/spec.ts';
import type { Operation, Prng, Story } from '../../harness/spec.ts';

export const edgesOfCdn = defineScenario({
  name: 'edges-of-a-cdn',
  claim:
    'Edges answer from memory, drop what they are told has changed, and serve nothing that was replaced longer ago than their time to live, also those that no invalidation reaches.',
  promises: ['edge-fresh', 'linearizable'],
  environments: ['simulation'],
  story: (draw) => edgesStory(draw, { edges: 40, fetches: 80, forUs: secondsUs(60) }),
});

export const edgesAreTold = defineScenario({
  name: 'edges-are-told',
  claim:
    'However long it might serve what it has, an edge drops what it is told has changed, also after its watch has run out once or more, and soon after it was cut off.',
  promises: ['edge-drops', 'edge-fresh', 'linearizable'],
  environments: ['simulation'],
  story(draw) {
    const shape = cluster({ servers: 3, clients: 5 });
    const forUs = secondsUs(75);
    const cutUs = secondsUs(draw.between(8, 20));
    const edge = shape.nodes.length + draw.between(1, 4);
    return {
      shape,
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs: cutUs + secondsUs(draw.between(5, 8)),
          links: { from: { of: 'servers' }, to: { of: 'nodes', nodes: [edge] }, bothWays: false },
        },
      ],
      clients: sideBySide(
        publisher(draw.fork('publisher'), 36),
        ...askers(draw, { edges: 4, fetches: 75, forUs }),
      ),
      durationUs: forUs + secondsUs(5),
      deadlineUs: secondsUs(1),
      // Longer than the story: what is dropped is dropped because it was told.
      extra: { modes: false, edgeCache: { ttlUs: secondsUs(600) } },
    };
  },
});

/** Operations of one draw. */
const drawnMax = 100_000;

export interface EdgesSize {
  readonly edges: number;
  /** Of each edge, over the whole run. */
  readonly fetches: number;
  readonly forUs: number;
}

/** A publisher changes three objects all the time; every edge is asked for them. */
export function edgesStory(draw: Prng, { edges, fetches, forUs }: EdgesSize): Story {
  const shape = cluster({ servers: 3, clients: 1 + edges });
  const first = shape.nodes.length + 1;
  const all = draw.shuffle(Array.from({ length: edges }, (_, i) => first + i));
  const cut = all.slice(0, Math.ceil(edges / 4));
  const cutUs = secondsUs(draw.between(8, 15));
  const crashUs = secondsUs(draw.between(20, 40));
  return {
    shape,
    faults: [
      {
        // From the servers: what these edges ask for still arrives, and its answers do not.
        kind: 'partition',
        mode: 'drop',
        atUs: cutUs,
        untilUs: cutUs + secondsUs(draw.between(5, 15)),
        links: { from: { of: 'servers' }, to: { of: 'nodes', nodes: cut }, bothWays: false },
      },
      {
        kind: 'loss',
        atUs: secondsUs(2),
        untilUs: forUs,
        permille: draw.between(50, 200),
        links: { from: { of: 'servers' }, to: { of: 'clients' }, bothWays: false },
      },
      { kind: 'crash', atUs: crashUs, untilUs: crashUs + secondsUs(3), nodes: { of: 'leader' } },
    ],
    clients: sideBySide(
      publisher(draw.fork('publisher'), Math.floor(forUs / secondsUs(2))),
      ...askers(draw, { edges, fetches, forUs }),
    ),
    durationUs: forUs + secondsUs(5),
    deadlineUs: secondsUs(1),
    extra: { modes: false, edgeCache: {} },
  };
}

function publisher(draw: Prng, count: number): Operation[][] {
  return drawOperations(draw, { clients: 1, count, pauseUs: secondsUs(2) }, (d, id) => ({
    f: 'write',
    key: `cdn/${d.below(3)}`,
    value: `page ${id}`,
  }));
}

/** In as many groups as one draw may be long. */
function askers(draw: Prng, { edges, fetches, forUs }: EdgesSize): Operation[][][] {
  const groups = Math.ceil(edges / Math.floor(drawnMax / fetches));
  return Array.from({ length: groups }, (_, i) =>
    drawOperations(
      draw.fork(i === 0 ? 'edges' : `edges ${i}`),
      {
        clients: Math.floor((edges * (i + 1)) / groups) - Math.floor((edges * i) / groups),
        count: fetches,
        pauseUs: Math.floor(forUs / fetches),
      },
      (d) => ({ f: 'fetch', key: `cdn/${d.below(3)}`, value: null }),
    ),
  );
}
