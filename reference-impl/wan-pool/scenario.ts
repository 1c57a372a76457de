/** Three regions far from each other; their links are slow, then slower, then one region is cut off or goes dark. */
import { cluster, defineScenario, drawOperations, secondsUs } from '../../harness/spec.ts';
import type { Fault, NodeId, Operation, Prng, Shape, Story } from '../../harness/spec.ts';

const regions = 3;
const zonesPerRegion = 3;
const servers = regions * zonesPerRegion;

export const wanRegionCut = defineScenario({
  name: 'wan-region-cut',
  claim:
    'Servers of three regions bear round trips of 0.6 to 0.9 s, and of 2 s for a while; a region that is cut off is told as failed, and as alive again after the heal.',
  promises: ['wan-patient', 'regions-told', 'pools-apart'],
  // Its times are the protocol's: they cannot be divided.
  environments: ['simulation'],
  story: (draw) =>
    story(draw, (here, away, during) => [
      {
        kind: 'partition',
        mode: 'drop',
        ...during,
        links: {
          from: { of: 'nodes', nodes: here },
          to: { of: 'nodes', nodes: away },
          bothWays: true,
        },
      },
    ]),
});

export const wanRegionDark = defineScenario({
  name: 'wan-region-dark',
  claim:
    'A region that loses power is told as failed by the servers of all others, and as alive again when it is back; slow links make nobody suspected.',
  promises: ['wan-patient', 'regions-told', 'pools-apart'],
  environments: ['simulation'],
  story: (draw) =>
    story(draw, (here, _away, during) =>
      here.map((node): Fault => ({ kind: 'crash', ...during, nodes: { of: 'node', node } })),
    ),
});

type Loss = (
  here: readonly NodeId[],
  away: readonly NodeId[],
  during: { readonly atUs: number; readonly untilUs: number },
) => readonly Fault[];

function story(draw: Prng, lossOf: Loss): Story {
  const shape = cluster({
    servers,
    services: [{ name: 'web', instances: servers }],
    clients: 1,
    zones: servers,
  });
  const atUs = secondsUs(draw.between(110, 130));
  const untilUs = atUs + secondsUs(draw.between(275, 290));
  const durationUs = untilUs + secondsUs(draw.between(100, 120));
  const { here, away } = sidesOf(shape, draw.below(regions));
  return {
    shape,
    faults: [
      ...far(shape, {
        atUs: secondsUs(1),
        untilUs: durationUs,
        delayUs: 375_000,
        jitterUs: 75_000,
      }),
      ...far(shape, {
        atUs: secondsUs(draw.between(30, 40)),
        untilUs: secondsUs(draw.between(70, 80)),
        delayUs: 300_000,
        jitterUs: 250_000,
      }),
      ...lossOf(here, away, { atUs, untilUs }),
    ],
    clients: questions(draw.fork('questions'), durationUs),
    durationUs,
    // Consensus is the affair of the first region alone. And server-0 is told a seed of another region by mistake.
    extra: { modes: false, voters: zonesPerRegion, pools: { zonesPerRegion, strays: 1 } },
  };
}

/** All links between regions are slower. */
function far(
  shape: Shape,
  slow: Readonly<Record<'atUs' | 'untilUs' | 'delayUs' | 'jitterUs', number>>,
): Fault[] {
  return Array.from({ length: regions }, (_, region) => {
    const { here, away } = sidesOf(shape, region);
    const links = {
      from: { of: 'nodes', nodes: here },
      to: { of: 'nodes', nodes: away },
      bothWays: false,
    } as const;
    return { kind: 'latency', ...slow, links };
  });
}

/** Nodes of a region, and all others. */
function sidesOf({ nodes }: Shape, region: number): Readonly<Record<'here' | 'away', NodeId[]>> {
  const first = region * zonesPerRegion;
  const zones = new Set(Array.from({ length: zonesPerRegion }, (_, i) => `zone-${first + i}`));
  const ids = nodes.map((_, id) => id);
  const isHere = (id: NodeId): boolean => zones.has(nodes[id]?.zone ?? '');
  return { here: ids.filter(isHere), away: ids.filter((id) => !isHere(id)) };
}

/** Somebody asks one server after the other whom it takes for alive in all regions. */
function questions(draw: Prng, durationUs: number): Operation[][] {
  const pauseUs = secondsUs(4);
  const count = Math.floor(durationUs / pauseUs);
  return drawOperations(draw, { clients: 1, count, pauseUs }, (d) => ({
    f: 'wan-members',
    key: 'all',
    value: d.below(servers),
  }));
}
