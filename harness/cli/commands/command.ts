/** What the declarations of commands share: their help, and the reading of their values. */
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { parseDuration } from '../../core/duration.ts';
import { terminalWidth, writeRaw } from '../../report/output.ts';

/** What the flags of a declared command are. */
export type FlagsOf<C extends () => { opts(): unknown }> = Readonly<
  ReturnType<ReturnType<C>['opts']>
>;

const exitCodesHelp = `
--no-color, or NO_COLOR: no colours.
Exit codes: 0 holds, 1 violated, 2 unknown, 5 something left behind, 64 usage, 69 something missing,
70 internal error, 74 output cannot be written, 77 refused for safety, 128 + n signal n.`;

/** A command whose errors of usage name its own help, and whose help ends with examples. */
export function command<const Name extends string>(
  name: Name,
  description: string,
  examples: string[],
) {
  const lines = examples.map((line) => `  $ antlion ${line}`);
  return new Command(name.slice(name.lastIndexOf(' ') + 1))
    .description(description)
    .exitOverride()
    .configureOutput(commandOutput)
    .showHelpAfterError(`Run "antlion ${name} --help" to see its arguments and flags.`)
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}\n${exitCodesHelp}`);
}

/** Of every command that judges. */
export const reporterHelp = 'junit=FILE, github, json=FILE, html=FOLDER or line; repeat it';

/** Of every command that runs scenarios. */
export const artifactsHelp = 'keep there all that is known of each run that is not green';
export const otlpHelp = 'write each run as a trace: a file, or the URL of a collector';

/** What commander itself says goes the way of all that is said. */
export const commandOutput = {
  writeOut: (text: string) => writeRaw('stdout', text),
  writeErr: (text: string) => writeRaw('stderr', text),
  getOutHelpWidth: () => terminalWidth('stdout') ?? 80,
  getErrHelpWidth: () => terminalWidth('stderr') ?? 80,
};

const seedMax = 2 ** 32 - 1;

export function collected(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

export function seed(text: string): number {
  const n = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (n >= 0 && n <= seedMax) return n;
  throw new InvalidArgumentError(`It is no whole number from 0 to ${seedMax}. Pass --seed 42.`);
}

export function anyPort(text: string): number {
  const n = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (n >= 0 && n <= 65_535) return n;
  throw new InvalidArgumentError('It is no port from 0 to 65535.');
}

export function ppm(text: string): number {
  const n = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  if (n < 0) throw new InvalidArgumentError('It is no whole number below 1000000.');
  return n;
}

export function port(text: string): number {
  const n = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (n >= 1_024 && n <= 65_000) return n;
  throw new InvalidArgumentError('It is no port from 1024 to 65000. Pass --port 8000.');
}

/** A text such as `5s`, from a second to a day, in µs. */
export function staleness(text: string): number {
  const us = parseDuration(text);
  if (us >= 1_000_000 && us <= 86_400_000_000) return us;
  throw new InvalidArgumentError('It is no time from 1s to 24h. Pass --dns-stale 5s.');
}

const positiveMax = 999_999_999;

export function positive(text: string): number {
  const n = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (n < 1) throw new InvalidArgumentError(`It is no whole number from 1 to ${positiveMax}.`);
  return n;
}
