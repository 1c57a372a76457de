/** `antlion doctor`: what can run on this machine, and what to do about the rest. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import pc from 'picocolors';
import { exitCodes, HarnessError } from '../../core/errors.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { say } from '../../report/output.ts';
import { whyNoClocks } from '../../attached/clock-library.ts';
import { whyNoDisks } from '../../disks/support.ts';
import { whyNoNamespaces, whyNoSwitch } from '../../namespaces/support.ts';
import { builtIns } from '../products/systems.ts';
import type { DoctorFlags } from '../commands.ts';
import { reference } from '../../../reference-impl/system.ts';

interface Finding {
  readonly what: string;
  /** What is there, or null. */
  readonly found: string | null;
  /** What it is for, and how to get it. */
  readonly otherwise: string;
}

/** Exits with 0 when simulation and processes can run: everything else is optional. */
export async function doctorCommand(flags: DoctorFlags): Promise<number> {
  const needed = [node(), compiled(), await loopback()];
  const optional = [
    await docker(),
    namespaces(),
    packets(),
    disks(),
    clocks(),
    program('go', ['version'], goUse),
    ...systems(),
  ];
  for (const f of [...needed, ...optional]) {
    if (!flags.json) say(line(f));
    else {
      const { what: name, found, otherwise: advice } = f;
      sayRecord('requirement', { name, isRequired: needed.includes(f), found, advice });
    }
  }
  const isWell = needed.every((f) => f.found !== null);
  return isWell ? exitCodes.holds : exitCodes.unavailable;
}

function line(f: Finding): string {
  if (f.found !== null) return `${pc.green('✔')} ${f.what.padEnd(10)} ${f.found}`;
  return `${pc.yellow('✖')} ${f.what.padEnd(10)} ${f.otherwise}`;
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > 20 || (major === 20 && minor >= 19);
  return {
    what: 'node',
    found: isNew ? process.versions.node : null,
    otherwise: `${process.versions.node} is too old: install 20.19 or later`,
  };
}

function compiled(): Finding {
  const entry = reference.machine?.entry ?? '';
  return {
    what: 'compiled',
    found: existsSync(entry) ? 'yes' : null,
    otherwise: 'processes and containers run compiled code: npm run build',
  };
}

async function loopback(): Promise<Finding> {
  const isFree = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(0, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return {
    what: 'loopback',
    found: isFree ? 'can listen on 127.0.0.1' : null,
    otherwise: 'cannot listen on 127.0.0.1: processes need it',
  };
}

async function docker(): Promise<Finding> {
  const what = 'docker';
  try {
    const { openEngine } = await import('../../containers/engine.ts');
    const { version } = await openEngine();
    return { what, found: `engine ${version}: --env containers works`, otherwise: '' };
  } catch (e) {
    if (!(e instanceof HarnessError)) throw e;
    return { what, found: null, otherwise: `for --env containers: ${e.message}` };
  }
}

function namespaces(): Finding {
  const why = whyNoNamespaces();
  return {
    what: 'namespaces',
    found: why === null ? 'members of verify can be cut off from each other' : null,
    otherwise: `to cut members of verify off from each other, packet by packet: ${why}`,
  };
}

function packets(): Finding {
  const why = whyNoSwitch();
  return {
    what: 'packets',
    found: why === null ? 'what members of verify send each other can be delayed and lost' : null,
    otherwise: `to delay, lose, repeat and reorder what members of verify send each other: ${why}`,
  };
}

function disks(): Finding {
  const why = whyNoDisks();
  return {
    what: 'disks',
    found: why === null ? 'members of verify can lose what they did not sync' : null,
    otherwise: `to lose what members of verify did not sync, and to slow their syncs: ${why}`,
  };
}

function clocks(): Finding {
  const why = whyNoClocks();
  return {
    what: 'clocks',
    found: why === null ? 'of members of verify that heed libfaketime can be set wrong' : null,
    otherwise: `to set the clocks of members of verify wrong: ${why}`,
  };
}

const goUse = 'builds Toxiproxy for containers where no registry answers: install Go 1.23 or later';

/** What the systems that antlion brings along want installed. */
function systems(): Finding[] {
  const all = builtIns.flatMap((m) => m.requires.map((r) => ({ name: m.name, ...r })));
  // Several systems are of one program: it is looked at once, and called by the first of them.
  const first = all.filter(
    (r) => all.find((o) => o.program === r.program && String(o.args) === String(r.args)) === r,
  );
  return first.map((r) => program(r.program, r.args, r.otherwise, r.name));
}

/** `what` is what people call it: what runs it may be a shell or a Java machine. */
function program(file: string, flags: readonly string[], otherwise: string, what = file): Finding {
  const run = spawnSync(file, flags, { encoding: 'utf8', timeout: 10_000 });
  return {
    what,
    found: run.status === 0 ? (run.stdout.split('\n')[0] ?? '') : null,
    otherwise,
  };
}
