/** The suite of a product, of what its manifest says that it can do; and that of the reference cluster. */
import type { Scenario } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import { reference } from '../../../reference-impl/system.ts';
import { suiteOf, usualOperations } from '../../../scenarios/suite/suite.ts';

export interface SuiteGround {
  /** How many members there are. */
  readonly members: number;
  /** Can the links among them be cut? */
  readonly arePeersOurs: boolean;
  /** Of each scenario, at least about; what is usual by default. */
  readonly operations?: number | undefined;
}

/** Empty where the system promises nothing of what a suite asks for. */
export function suiteFor(system: System, ground: SuiteGround): readonly Scenario[] {
  return suiteOf({
    servers: ground.members,
    arePeersOurs: ground.arePeersOurs,
    operations: ground.operations ?? usualOperations,
    // Nodes of one's own program say themselves who leads.
    hasLeader: system.machine !== undefined || system.adapter?.leader !== undefined,
    known: system.operations,
    promised: new Set(system.promises.map((p) => (typeof p === 'string' ? p : p.id))),
  });
}

/** Of three servers. Beside all other scenarios: it is run by its names alone. */
export const referenceSuite: readonly Scenario[] = suiteFor(reference, {
  members: 3,
  arePeersOurs: true,
});
