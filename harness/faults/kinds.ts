/** All kinds of fault: those of the list below, and those that somebody defined. */
import { HarnessError } from '../core/errors.ts';
import type { Fault, FaultKind } from '../core/fault.ts';
import { bandwidth } from './bandwidth/index.ts';
import { clock } from './clock/index.ts';
import { corrupt } from './corrupt/index.ts';
import { cpu } from './cpu/index.ts';
import { crash } from './crash/index.ts';
import { descriptors } from './descriptors/index.ts';
import { disk } from './disk/index.ts';
import { diskFull } from './disk-full/index.ts';
import { diskFailure } from './disk-failure/index.ts';
import { diskLies } from './disk-lies/index.ts';
import { diskUnreadable } from './disk-unreadable/index.ts';
import { diskTorn } from './disk-torn/index.ts';
import { diskMisdirected } from './disk-misdirected/index.ts';
import { diskRot } from './disk-rot/index.ts';
import { dns } from './dns/index.ts';
import { duplicate } from './duplicate/index.ts';
import { halfOpen } from './half-open/index.ts';
import { acceptStall } from './accept-stall/index.ts';
import { latency } from './latency/index.ts';
import { limit } from './limit/index.ts';
import { loss } from './loss/index.ts';
import { memory } from './memory/index.ts';
import { partition } from './partition/index.ts';
import { pause } from './pause/index.ts';
import { reconfigure } from './reconfigure/index.ts';
import { reorder } from './reorder/index.ts';
import { reset } from './reset/index.ts';
import { slice } from './slice/index.ts';
import { slowClose } from './slow-close/index.ts';
import { upgrade } from './upgrade/index.ts';
import type { AnyFault, FaultDefinition } from './kind.ts';

/** In the order in which kinds are drawn, which seeds count on: a new one comes last. */
const list = [
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
  reset,
] as const;

/** Those that are done where a plan asks for them by name, and never drawn unasked. */
const rare = [
  diskFull,
  diskFailure,
  diskLies,
  diskUnreadable,
  diskTorn,
  diskRot,
  limit,
  slice,
  cpu,
  diskMisdirected,
  acceptStall,
  halfOpen,
  corrupt,
  slowClose,
  dns,
  descriptors,
  memory,
  reconfigure,
  upgrade,
] as const;

type BuiltIn = (typeof list)[number];
type Rare = (typeof rare)[number];

/**
 * Those of antlion itself that any system is expected to live with: what `drawPlan` may be given as it is. By
 * its type whoever imports antlion learns of them as `Faults`.
 */
export const faultKinds: readonly BuiltIn['kind'][] = list.map((d) => d.kind);

/** The others of antlion itself: disks that are not honest, and what is much like another kind. */
export const rareKinds: readonly Rare['kind'][] = rare.map((d) => d.kind);

const definitions = new Map<string, FaultDefinition>(
  [...list, ...rare].map((d: FaultDefinition) => [d.kind, d]),
);

/** Undefined: nobody defined it. */
export function definitionOf(kind: string): FaultDefinition | undefined {
  return definitions.get(kind);
}

/** What a fault of a plan that was read or checked is. */
export function kindOf(fault: Fault): FaultDefinition {
  return definitions.get((fault as AnyFault).kind) as FaultDefinition;
}

/** Of all that is defined by now, in that order. */
export function allKinds(): readonly FaultDefinition[] {
  return [...definitions.values()];
}

/** The kinds with these properties, of all that are defined by now. */
export function kindsWith(test: (kind: FaultDefinition) => boolean): ReadonlySet<FaultKind> {
  return new Set(
    allKinds()
      .filter(test)
      .map((d) => d.kind as FaultKind),
  );
}

/** Adds a kind. Throws E_CONFIG when another has its name. */
export function addKind(definition: FaultDefinition): void {
  const same = definitions.get(definition.kind);
  if (same === definition) return;
  if (same !== undefined) {
    throw new HarnessError(
      'E_CONFIG',
      `fault "${definition.kind}" is defined twice, wanted a name of its own. Choose another kind; what several files use is defined in one and imported.`,
    );
  }
  definitions.set(definition.kind, definition);
}
