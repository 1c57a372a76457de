/**
 * What on an engine is ours: everything that antlion makes carries the label `antlion.run`, and nothing
 * without it is ever changed or removed.
 */
import { type Owner, ownerSchema, thisOwner } from '../cleanup/process-id.ts';

/** On every container, network and volume of a run; the value is the run's id. */
export const runLabel = 'antlion.run';
/** Beside it: the harness process that made it, as JSON, so that others can see whether it lives. */
const ownerLabel = 'antlion.owner';

/** On every image that is built here; the value says what it is an image of. */
export const imageLabel = 'antlion.image';

type Labels = Readonly<Record<string, string>>;

/** The labels of whatever this process makes for `run`. */
export function labelsOf(run: string): Record<string, string> {
  return { [runLabel]: run, [ownerLabel]: JSON.stringify(thisOwner()) };
}

/** Null when the label is not there or not to be read. */
export function ownerOf(labels: Labels): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(labels[ownerLabel] ?? ''));
  } catch {
    return null;
  }
}
