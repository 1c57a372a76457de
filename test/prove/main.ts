/**
 * `npm run prove`: the long demonstrations, each line with its figure and ok or FAILED; ends with 1
 * when one failed, 64 when it was asked for something that is not there. With names
 * (`npm run prove -- mutants`) only those; `npm run prove -- --help` lists them.
 */
import { parseArgs } from 'node:util';
import { HarnessError } from '../../harness/core/errors.ts';
import { splitRelease } from '../../harness/cli/products/releases.ts';
import { builtIns } from '../../harness/cli/products/systems.ts';
import type { Asked } from './demonstrations/demonstration.ts';
import { demonstrations } from './demonstrations/list.ts';

const numbers = ['count', 'minutes', 'operations', 'seed'] as const;

await main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  let values, wanted;
  try {
    ({ values, positionals: wanted } = parsed(args));
  } catch (error) {
    return refuse(`${(error as Error).message.split('. ')[0]}: see npm run prove -- --help`);
  }
  if (values.help) return help();
  for (const name of numbers) {
    const text = values[name];
    if (text !== undefined && !/^[1-9]\d*$/.test(text) && !(name === 'seed' && text === '0'))
      return refuse(`${name} is ${text}, wanted a whole number from 1`);
  }
  const products = values.product ?? [];
  const strange = products.filter((product) => {
    const name = splitRelease(product)?.name ?? product;
    return !builtIns.some((m) => m.name === name);
  });
  if (strange.length > 0)
    return refuse(
      `no product ${strange.join(', ')}, wanted some of ${builtIns.map((m) => m.name).join(', ')}`,
    );
  const unknown = wanted.filter((name) => !Object.hasOwn(demonstrations, name));
  if (unknown.length > 0)
    return refuse(
      `no demonstration ${unknown.join(', ')}, wanted some of ${Object.keys(demonstrations).join(', ')}`,
    );

  const [count, minutes, operations, seed] = numbers.map((name) =>
    values[name] === undefined ? undefined : Number(values[name]),
  );
  const asked = {
    say,
    count,
    minutes,
    operations,
    seed,
    products,
    scenario: values.scenario ?? null,
  };
  try {
    await runAll(wanted, asked);
  } catch (error) {
    if (!(error instanceof HarnessError) || error.code !== 'E_USAGE') throw error;
    refuse(error.message);
  }
}

function parsed(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      count: { type: 'string' },
      minutes: { type: 'string' },
      operations: { type: 'string' },
      seed: { type: 'string' },
      product: { type: 'string', multiple: true },
      scenario: { type: 'string' },
    },
  });
}

async function runAll(wanted: readonly string[], asked: Asked): Promise<void> {
  for (const [name, { isLong, run }] of Object.entries(demonstrations)) {
    if (wanted.length === 0 ? !isLong : wanted.includes(name)) await run(asked);
  }
}

function help(): void {
  const width = Math.max(...Object.keys(demonstrations).map((name) => name.length));
  const lines = Object.entries(demonstrations).map(
    ([name, { says, isLong }]) => `  ${name.padEnd(width)}  ${isLong ? '*' : ' '} ${says}`,
  );
  process.stdout.write(
    `npm run prove -- [NAME…] [--flags]   * only when named\n\n${lines.join('\n')}\n`,
  );
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 64;
}

function say(isOk: boolean, what: string, detail = ''): void {
  if (!isOk) process.exitCode = 1;
  process.stdout.write(`${isOk ? 'ok    ' : 'FAILED'} ${what}${detail && `  (${detail})`}\n`);
}
