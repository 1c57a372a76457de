/** What configuration is for: somebody publishes a version, and instances take it over and tell which they serve. */
import { z } from 'zod';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import { drawOperations } from '../draw.ts';
import { sideBySide } from '../join.ts';
import type { OperationKind } from '../kind.ts';

const publish: OperationKind<string, unknown> = {
  f: 'publish-config',
  line: 'publish a new version of a configuration; the version of the answer is its revision',
  input: z.string(),
  output: z.unknown(),
  describeInput: (value) => ` = ${value}`,
};

/** `revision` 0 and `value` null: it serves nothing yet. */
const served = z.object({ revision: z.number().int().nonnegative(), value: z.string().nullable() });
export type Served = z.infer<typeof served>;

const serve: OperationKind<{ readonly instance: string }, Served> = {
  f: 'serve-config',
  line: 'have an instance look for the newest version of a configuration, and tell which it serves from now on',
  input: z.object({ instance: z.string() }),
  output: served,
  describeInput: ({ instance }) => `, asked of ${instance}`,
  describeOutput: ({ revision, value }) =>
    value === null ? ', it serves none' : `, it serves ${value} of revision ${revision}`,
};

export const config: readonly OperationKind<unknown, unknown>[] = [publish, serve] as never;

export interface ConfigSpec {
  /** Clients that publish, and those that are instances. */
  readonly publishers: number;
  readonly instances: number;
  /** Versions of each publisher, and questions of each instance. */
  readonly versions: number;
  readonly questions: number;
  /** Mean pause between the operations of a publisher, and of an instance, µs; drawn uniformly from 0 to twice this. */
  readonly publishPauseUs: number;
  readonly servePauseUs: number;
  /** Configurations: of each application one. */
  readonly applications: number;
}

/** Configurations `app-0`, `app-1` and so on; each version is another text. */
export function configOperations(draw: Prng, spec: ConfigSpec): Operation[][] {
  const { publishers, instances, versions, questions, applications } = spec;
  const key = (d: Prng): string => `app-${d.below(applications)}`;
  const publishing = { clients: publishers, count: versions, pauseUs: spec.publishPauseUs };
  const asking = { clients: instances, count: questions, pauseUs: spec.servePauseUs };
  const asked = drawOperations(draw.fork('instances'), asking, (d) => {
    return { f: 'serve-config', key: key(d), value: null };
  });
  return sideBySide(
    drawOperations(draw.fork('publishers'), publishing, (d, id) => {
      return { f: 'publish-config', key: key(d), value: `version-${id}` };
    }),
    asked.map((own, i) => own.map((op) => ({ ...op, value: { instance: `i${i}` } }))),
  );
}
