/** Commands for the folder and the machine that one works with. */
import { Option } from '@commander-js/extra-typings';
import { command, type FlagsOf } from './command.ts';

export const init = () =>
  command('init', 'begin: a few files, a run that is green and one that is red', [
    'init my-tests',
    'init my-tests --template system',
    'init my-tests --template property --runner mocha --language ts',
  ])
    .argument('[folder]', 'a new one, or one that is empty', '.')
    .addOption(
      new Option('--template <name>', 'what is put to the test')
        .choices(['scenario', 'property', 'system', 'library'] as const)
        .default('scenario' as const),
    )
    .addOption(
      new Option('--language <name>', 'JavaScript or TypeScript')
        .choices(['js', 'ts'] as const)
        .default('js' as const),
    )
    .addOption(
      new Option('--runner <name>', 'of the template property: what runs its tests')
        .choices(['node', 'mocha', 'vitest'] as const)
        .default('node' as const),
    )
    .option('--no-run', 'write the files, and run nothing');
export type InitFlags = FlagsOf<typeof init>;

export const doctor = () =>
  command('doctor', 'tell what can run here, and what to do about the rest', ['doctor']).option(
    '--json',
    'print one object a line',
    false,
  );
export type DoctorFlags = FlagsOf<typeof doctor>;

export const schema = () =>
  command('schema', 'print the JSON schema of a kind of file, for editors and other tools', [
    'schema',
    'schema config > antlion.config.schema.json',
  ]).argument('[name]', 'config, counterexample, output or plan; what there is by default');

export const clean = () =>
  command('clean', 'remove what a run that died has left behind', ['clean', 'clean --images'])
    .option('--images', 'also remove the images that were built for containers')
    .option('--json', 'print one object a line', false);
export type CleanFlags = FlagsOf<typeof clean>;
