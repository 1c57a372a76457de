#!/usr/bin/env node
/** The command line. Every command loads its own code, so that `--help` is quick. */
import { Command, CommanderError } from '@commander-js/extra-typings';
import { HarnessError, errorCodes, exitCodes } from '../core/errors.ts';
import { warn } from '../report/output.ts';
import * as commands from './commands.ts';
import { commandOutput } from './commands/command.ts';
import { endWith, guardProcess, messageOf } from './interrupt.ts';

// Until a command has said how it ended: what never ends is no success.
process.exitCode = exitCodes.internal;
guardProcess();

let code: number = exitCodes.holds;

const program = new Command('antlion')
  .description('Does it keep its promises when the network, the clocks and the machines do not?')
  .version('0.1.0')
  .option('--no-color', 'write no colours, with any command; as NO_COLOR does')
  .configureOutput(commandOutput)
  .showHelpAfterError('Run "antlion --help" to see the commands.')
  .exitOverride();

program.addCommand(
  commands.run().action(async (names, flags) => {
    const { runCommand } = await import('./run/run.ts');
    code = await runCommand(names, flags);
  }),
);
program.addCommand(
  commands.init().action(async (folder, flags) => {
    const { initCommand } = await import('./init/init.ts');
    code = initCommand(folder, flags);
  }),
);
program.addCommand(
  commands.merge().action(async (files, flags) => {
    const { mergeCommand } = await import('./run/merge.ts');
    code = mergeCommand(files, flags);
  }),
);
program.addCommand(
  commands.explore().action(async (names, flags) => {
    const { exploreCommand } = await import('./search/explore.ts');
    code = await exploreCommand(names, flags);
  }),
);
program.addCommand(
  commands.demo().action(async () => {
    const { demoCommand } = await import('./run/demo.ts');
    code = await demoCommand();
  }),
);
program.addCommand(
  commands.list().action(async (names, flags) => {
    const { listCommand } = await import('./lists/list.ts');
    code = await listCommand(names, flags);
  }),
);
program.addCommand(
  commands.mutants().action(async (ids, flags) => {
    const { mutantsCommand } = await import('./search/mutants.ts');
    code = await mutantsCommand(ids, flags);
  }),
);
program.addCommand(
  commands.trophy().action(async (library, flags) => {
    const { trophyCommand } = await import('./replay/trophy.ts');
    code = await trophyCommand(library, flags);
  }),
);
program.addCommand(
  commands.replay().action(async (source, flags) => {
    const { replayCommand } = await import('./replay/replay.ts');
    code = await replayCommand(source, flags);
  }),
);
program.addCommand(
  commands.explain().action(async (sources, flags) => {
    const { explainCommand } = await import('./explain/explain.ts');
    code = await explainCommand(sources, flags);
  }),
);
program.addCommand(
  commands.up().action(async (flags) => {
    const { upCommand } = await import('./up/up.ts');
    code = await upCommand(flags);
  }),
);
program.addCommand(
  commands.plan().action(async (what, file, flags) => {
    const { planCommand } = await import('./plan/plan.ts');
    code = await planCommand(what, file, flags);
  }),
);
program.addCommand(
  commands.proxy().action(async (flags) => {
    const { proxyCommand } = await import('./up/proxy.ts');
    code = await proxyCommand(flags);
  }),
);
program.addCommand(
  commands.verify().action(async (_system, _words, _flags, command) => {
    const { verifyCommand } = await import('./verify/verify.ts');
    code = await verifyCommand(command.args);
  }),
);
program.addCommand(
  commands.check().action(async (files, flags) => {
    if (flags.follow) {
      const { followCommand } = await import('./check/follow.ts');
      code = await followCommand(files, flags);
      return;
    }
    const { checkCommand } = await import('./check/check.ts');
    code = await checkCommand(files, flags);
  }),
);
program.addCommand(
  commands
    .systems()
    .action(async (flags) => {
      const { systemsCommand } = await import('./products/list-systems.ts');
      code = systemsCommand(flags);
    })
    .addCommand(
      commands.installSystems().action(async (names) => {
        const { installSystemsCommand } = await import('./products/install-systems.ts');
        code = await installSystemsCommand(names);
      }),
    ),
);
program.addCommand(
  commands.monitoring().action(async (folder) => {
    const { monitoringCommand } = await import('./monitoring/monitoring.ts');
    code = monitoringCommand(folder);
  }),
);
program.addCommand(
  commands.analyse().action(async (sources, flags) => {
    const { analyseCommand } = await import('./report/analyse.ts');
    code = await analyseCommand(sources, flags);
  }),
);
program.addCommand(
  commands.doctor().action(async (flags) => {
    const { doctorCommand } = await import('./lists/doctor.ts');
    code = await doctorCommand(flags);
  }),
);
program.addCommand(
  commands.report().action(async (source, flags) => {
    const { reportCommand } = await import('./report/report.ts');
    code = await reportCommand(source, flags);
  }),
);
program.addCommand(
  commands.schema().action(async (name) => {
    const { schemaCommand } = await import('./plan/schemas.ts');
    code = schemaCommand(name);
  }),
);
program.addCommand(
  commands.clean().action(async (flags) => {
    const { cleanCommand } = await import('./up/clean.ts');
    code = await cleanCommand(flags);
  }),
);

try {
  // Read where colours are chosen; no command of ours has anything to add.
  await program.parseAsync(process.argv.filter((word) => word !== '--no-color'));
} catch (error) {
  code = codeOf(error);
}
endWith(code);

/** The package that one of our own modules did not find: an installation older than its lockfile. */
function missingPackage(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') {
    return null;
  }
  return /^Cannot find package '([^']+)' imported from .*\/dist\//.exec(error.message)?.[1] ?? null;
}

/** Says what went wrong in one message and gives the exit code for it. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  const missing = missingPackage(error);
  if (missing !== null) {
    warn(
      `E_NOT_BUILT: the package ${missing} is missing, wanted all that antlion depends on. Run npm ci.`,
    );
    return errorCodes.E_NOT_BUILT;
  }
  warn(messageOf(error));
  return error instanceof HarnessError ? error.exitCode : exitCodes.internal;
}
