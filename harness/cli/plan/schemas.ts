/** JSON schemas of what people write by hand or read by program: for editors, and for other tools. */
import { z } from 'zod';
import { HarnessError } from '../../core/errors.ts';
import { suggestion } from '../../core/names.ts';
import { planJsonSchema } from '../../plans/form.ts';
import { say, writeRaw } from '../../report/output.ts';
import { records } from '../../report/records.ts';
import { recordJsonSchema } from '../../runner/replay-record.ts';
import { configForm } from '../files/config-json.ts';

interface Schema {
  /** The files that it is of. */
  readonly of: string;
  readonly make: () => object;
}

/** By name; each is published as `docs/reference/NAME.schema.json`. */
export const schemas: Readonly<Record<string, Schema>> = {
  config: {
    of: 'antlion.config.json',
    make: () => z.toJSONSchema(configForm, { io: 'input' }),
  },
  counterexample: {
    of: 'a program with the promise that it breaks: .antlion/counterexamples, fixtures/regressions',
    make: recordJsonSchema,
  },
  output: {
    of: 'what --json prints, one object a line',
    make: () => z.toJSONSchema(z.union(Object.values(records))),
  },
  plan: {
    of: 'a plan of faults: --plan',
    make: planJsonSchema,
  },
};

export function schemaText(name: string): string {
  const schema = schemas[name];
  if (schema === undefined) {
    const names = Object.keys(schemas);
    throw new HarnessError(
      'E_USAGE',
      `there is no schema "${name}", ${suggestion(name, names)} See them all: antlion schema.`,
    );
  }
  return `${JSON.stringify({ title: `antlion: ${schema.of}`, ...schema.make() }, null, 2)}\n`;
}

/** Prints one, or what there is. */
export function schemaCommand(name: string | undefined): number {
  if (name !== undefined) writeRaw('stdout', schemaText(name));
  else for (const [id, { of }] of Object.entries(schemas)) say(`${id.padEnd(15)} ${of}`);
  return 0;
}
