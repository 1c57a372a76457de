/** `commands.md`: every command with its arguments and flags, as `commands.ts` declares them. */
import { Command } from 'commander';
import * as commands from '../../../harness/cli/commands.ts';
import { builtIns } from '../../../harness/cli/products/systems.ts';
import { addFlags } from '../../../harness/cli/products/system-flags.ts';
import { verifyOptions } from '../../../harness/cli/verify/verify-flags.ts';
import { code, note, type Page, table } from './markdown.ts';

export const commandsPage: Page = {
  file: 'commands.md',
  text: () =>
    [
      '# Commands',
      note,
      'What they mean in full, exit codes and signals: [The command line](command-line.md). By example: [Commands by example](../guides/commands.md).',
      ...all().map(([name, command]) => section(name, command)),
    ].join('\n\n'),
};

function all(): (readonly [string, Command])[] {
  const made = Object.entries(commands)
    .filter(([, value]) => typeof value === 'function')
    .map(([, make]) => (make as () => unknown)() as Command);
  return made
    .map(
      (command) =>
        [command.name() === 'install' ? 'systems install' : command.name(), command] as const,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function section(name: string, command: Command): string {
  const isVerify = name === 'verify';
  return [
    `## antlion ${name}`,
    `${upper(command.description())}.`,
    ...argumentsOf(command),
    ...(isVerify ? systemFlags() : flagsOf(command)),
    ...examplesOf(command),
  ].join('\n\n');
}

/** They are read with the flags of the system that is named. */
function systemFlags(): string[] {
  return [
    ...flagsOf(verifyOptions('antlion verify')),
    ...builtIns.flatMap((m) => {
      const own = new Command();
      addFlags(own, m.flags);
      const flags = flagsOf(own);
      return flags.length === 0 ? [] : [`### Flags of ${m.name}`, ...flags];
    }),
  ];
}

function argumentsOf({ registeredArguments }: Command): string[] {
  if (registeredArguments.length === 0) return [];
  const rows = registeredArguments.map((a) => {
    const name = `${a.name()}${a.variadic ? '...' : ''}`;
    return [code(a.required ? `<${name}>` : `[${name}]`), a.description];
  });
  return [table(['argument', 'what it is'], rows)];
}

function flagsOf({ options }: Command): string[] {
  if (options.length === 0) return [];
  const rows = options.map((o) => {
    const value: unknown = o.defaultValue;
    const isTold =
      value === undefined || value === false || (Array.isArray(value) && value.length === 0);
    const choices = o.argChoices === undefined ? '' : o.argChoices.map(code).join(', ');
    const says = [o.description, choices].filter((text) => text !== '').join(': ');
    return [code(o.flags), says, isTold ? '' : code(String(value))];
  });
  return [table(['flag', 'what it does', 'default'], rows)];
}

function examplesOf(command: Command): string[] {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  const lines = /^Examples:\n((?:.+\n)+)/m.exec(text)?.[1]?.replaceAll(/^ {2}\$ /gm, 'npx ') ?? '';
  return lines.trim() === '' ? [] : [`\`\`\`sh\n${lines.trimEnd()}\n\`\`\``];
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
