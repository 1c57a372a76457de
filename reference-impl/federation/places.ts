/** Where nodes are, and the hierarchical names by which services are asked for (D9). */
import type { NodeId } from '../../harness/core/host.ts';
import type { Shape } from '../../harness/core/program.ts';

export interface Place {
  readonly zone: string;
  /** `region-0`, `region-1` …, by the order of their zones. */
  readonly region: number;
}

/** The place of each node. */
export function placesOf(shape: Shape, zonesPerRegion: number): readonly Place[] {
  const zones = [...new Set(shape.nodes.map(({ zone }) => zone))];
  return shape.nodes.map(({ zone }) => ({
    zone,
    region: Math.floor(zones.indexOf(zone) / zonesPerRegion),
  }));
}

/** What is asked for: a service, in one zone or region alone where the name says so. */
export interface Name {
  readonly service: string;
  readonly zone: string | null;
  readonly region: number | null;
}

/** `service`, `service.zone-3`, `service.region-1` or `service.zone-3.region-1`; null: no such name. */
export function nameOf(key: string): Name | null {
  const [service = '', ...labels] = key.split('.');
  let [zone, region]: [string | null, number | null] = [null, null];
  for (const label of labels) {
    const digits = /^region-(\d+)$/.exec(label)?.[1];
    if (region !== null || (digits === undefined && zone !== null)) return null;
    if (digits === undefined) zone = label;
    else region = Number(digits);
  }
  return service === '' ? null : { service, zone, region };
}

/** The registries that an instance at `place` asks, that of its zone first; never those of another region. */
export function homesOf(
  servers: readonly NodeId[],
  places: readonly Place[],
  { zone, region }: Place,
): readonly NodeId[] {
  const own = servers.filter((s) => places[s]?.region === region);
  return [
    ...own.filter((s) => places[s]?.zone === zone),
    ...own.filter((s) => places[s]?.zone !== zone),
  ];
}
