/** Answers a name by what a registry knows: the nearest place first that has what is asked for. */
import type { Json } from '../../harness/core/host.ts';
import type { Instance, Report } from './messages.ts';
import type { Name, Place } from './places.ts';
import type { FederationRules, Level } from './rules.ts';

export interface View {
  readonly place: Place;
  readonly known: readonly { readonly report: Report; readonly saidUs: number }[];
  readonly isAnnounced: (region: number) => boolean;
  readonly rules: FederationRules;
  readonly nowUs: number;
}

interface Found extends Instance {
  readonly region: number;
  readonly saidUs: number;
}

/**
 * Names of instances, ascending, all of one place; the level that it was found at, `named` where the name says which;
 * and the age of the oldest word it rests on, µs. A region that is withdrawn is asked only when no other has any.
 */
export function resolve(name: Name, view: View): Json {
  const { place, rules } = view;
  const all = foundOf(name.service, view);
  if (name.zone !== null || name.region !== null) {
    const named = all.filter(
      ({ zone, region }) => (name.zone ?? zone) === zone && (name.region ?? region) === region,
    );
    return answer('named', named, view);
  }
  const announced = all.filter(({ region }) => view.isAnnounced(region));
  for (const some of [announced, all]) {
    for (const level of rules.ladder()) {
      const there = at(level, some, place);
      if (there.length > 0) return answer(level, there, view);
    }
  }
  return answer('nowhere', [], view);
}

function at(level: Level, some: readonly Found[], place: Place): readonly Found[] {
  const near = some.filter(({ region }) => region === place.region);
  if (level === 'region') return near;
  if (level === 'zone') return near.filter(({ zone }) => zone === place.zone);
  const others = some.filter(({ region }) => region !== place.region);
  const distance = ({ region }: Found): number => Math.abs(region - place.region);
  const nearest = Math.min(...others.map(distance));
  const there = others.filter((f) => distance(f) === nearest);
  // Of two that are as far, one: what they tell of each other is not of one time.
  const first = Math.min(...there.map(({ region }) => region));
  return there.filter(({ region }) => region === first);
}

/** Each instance once, by the newest word of it. */
function foundOf(service: string, { known }: View): readonly Found[] {
  const all = new Map<string, Found>();
  for (const { report, saidUs } of known) {
    for (const of of report.instances) {
      if (of.service !== service || (all.get(of.name)?.saidUs ?? -Infinity) >= saidUs) continue;
      all.set(of.name, { ...of, region: report.region, saidUs });
    }
  }
  return [...all.values()];
}

function answer(level: Level | 'named' | 'nowhere', found: readonly Found[], view: View): Json {
  const ageUs = Math.max(0, ...found.map(({ saidUs }) => view.nowUs - saidUs));
  return { level, instances: found.map(({ name }) => name).sort(), ageUs };
}
