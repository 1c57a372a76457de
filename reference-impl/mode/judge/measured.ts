/** A life of a node whose figures are measured by the judges. */
import type { NodeId, Program } from '../../../harness/spec.ts';
import type { ModeParameters } from './parameters.ts';

export interface Measured {
  readonly node: NodeId;
  readonly program: Program;
  /** As long as they are in this run. */
  readonly p: ModeParameters;
  /** When the process started. */
  readonly bornUs: number;
  /** By how much a clock may be wrong about a long time. */
  readonly stretch: number;
  /** The true time of what the node stamped with its own clock. */
  readonly trueUs: (localUs: number) => number;
}
