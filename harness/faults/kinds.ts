/** The list of kinds: a new one is its folder and a line here. */
import type { Fault, FaultKind } from '../core/fault.ts';
import { bandwidth } from './bandwidth/index.ts';
import { clock } from './clock/index.ts';
import { crash } from './crash/index.ts';
import { disk } from './disk/index.ts';
import { duplicate } from './duplicate/index.ts';
import { latency } from './latency/index.ts';
import { loss } from './loss/index.ts';
import { partition } from './partition/index.ts';
import { pause } from './pause/index.ts';
import { reorder } from './reorder/index.ts';
import type { FaultDefinition } from './kind.ts';

/** Exhaustive by type; in the order in which kinds are drawn, which seeds count on. */
const kinds: { readonly [K in FaultKind]: FaultDefinition<Fault & { readonly kind: K }> } = {
  partition,
  latency,
  loss,
  duplicate,
  reorder,
  bandwidth,
  crash,
  pause,
  clock,
  disk,
};

export const faultKinds = Object.keys(kinds) as readonly FaultKind[];

/** Kinds with these properties. */
export function kindsWith(test: (kind: FaultDefinition<Fault>) => boolean): FaultKind[] {
  return faultKinds.filter((kind) => test(kindOf(kind)));
}

/** What a fault of this kind is; it takes faults of its own kind only. */
export function kindOf(kind: FaultKind): FaultDefinition<Fault> {
  return kinds[kind] as unknown as FaultDefinition<Fault>;
}
