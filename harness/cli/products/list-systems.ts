/** `antlion systems`: the products that can be put to the test, what they promise, and how to get them. */
import { spawnSync } from 'node:child_process';
import pc from 'picocolors';
import { sayRecord } from '../../report/json-lines.ts';
import { sayLines } from '../../report/output.ts';
import { wrap } from '../../report/wrap.ts';
import type { Anomaly, Documented, SystemManifest } from '../../systems/define-system.ts';
import { allScenarios } from '../scenarios.ts';
import { suiteFor } from './suites.ts';
import { wordsOf } from './system-flags.ts';
import { builtIns } from './systems.ts';
import { operationsAsked } from '../../workload/families.ts';
import { programOf } from '../../runner/run-scenario.ts';

export function systemsCommand(flags: { readonly json: boolean }): number {
  for (const manifest of builtIns) {
    const found = versionOf(manifest);
    if (!flags.json) sayLines([...linesOf(manifest, found), '']);
    else {
      const { name, operations, documents, anomalies } = manifest;
      sayRecord('product', {
        name,
        found,
        install: manifest.requires.map((r) => r.otherwise),
        operations: [...operations],
        suite: suiteNames(manifest),
        scenarios: scenariosOf(manifest),
        documents: documents.map((d) => ({ ...d, promises: [...d.promises] })),
        anomalies: anomalies.map(({ defect, breaksToo, ...a }) => ({
          ...a,
          ...(breaksToo && { breaksToo: [...breaksToo] }),
          ...(defect && { defect: { ...defect, mended: [...defect.mended] } }),
          command: commandOf(manifest, { ...a, ...(defect && { defect }) }),
        })),
      });
    }
  }
  return 0;
}

/** Null: a program that it needs is not there. */
export function versionOf({ requires }: SystemManifest): string | null {
  const said = requires.map(({ program, args }) => {
    const run = spawnSync(program, args, { encoding: 'utf8', timeout: 10_000 });
    return run.status === 0 ? (run.stdout.split('\n')[0] ?? '') : null;
  });
  return said.includes(null) ? null : said.join(', ');
}

/** `3.4.23` of what a program says of its version; null: there is none in it. */
export function numberOf(said: string | null): string | null {
  return /\d+(\.\d+)+/.exec(said ?? '')?.[0] ?? null;
}

function linesOf(manifest: SystemManifest, found: string | null): string[] {
  const { name, documents, anomalies, requires } = manifest;
  const missing = requires.map((r) => r.otherwise).join('; ');
  return [
    found === null
      ? `${pc.bold(name)}  ${pc.yellow('✖')} ${missing}`
      : `${pc.bold(name)}  ${found}`,
    ...wrap(`suite ${suiteNames(manifest).join(', ')}`, 2),
    ...wrap(`scenarios ${scenariosOf(manifest).join(', ')}`, 2),
    ...documents.flatMap(documentLines),
    ...anomalies.flatMap((a) => anomalyLines(manifest, a)),
  ];
}

function documentLines({ promises, says, source, weakenedBy }: Documented): string[] {
  const weaker = weakenedBy === undefined ? [] : [`    weakened by ${weakenedBy}`];
  return [
    ...wrap(`${pc.green('promises')} ${promises.join(', ')}: ${says}`, 2),
    pc.dim(`    ${source}`),
    ...weaker,
  ];
}

function anomalyLines(manifest: SystemManifest, anomaly: Anomaly): string[] {
  const { defect } = anomaly;
  const seen = anomaly.versions ?? (defect && `mended in ${defect.mended.join(' and ')}`);
  const versions = seen === undefined ? '' : ` (${seen})`;
  return [
    ...wrap(`${pc.yellow('breaks')} ${anomaly.breaks}: ${anomaly.what}${versions}`, 2),
    pc.dim(`    ${anomaly.source}`),
    `    ${commandOf(manifest, anomaly)}`,
  ];
}

function commandOf({ name }: SystemManifest, anomaly: Anomaly): string {
  const { flags, scenario, members } = anomaly;
  const words = wordsOf({ scenario, runs: 20, members, ...flags });
  const release = releaseShowing(anomaly);
  const product = release === null ? name : `${name}@${release}`;
  return ['antlion', 'verify', product, ...words].join(' ');
}

/** Null: the one that is installed. */
export function releaseShowing({ defect, on }: Anomaly): string | null {
  return defect?.broken ?? on ?? null;
}

/** Whose operations it has all of, and of whose promises it makes one. */
function scenariosOf({ operations, open }: SystemManifest): string[] {
  const promised = open({}).system.promises.map((p) => (typeof p === 'string' ? p : p.id));
  return allScenarios
    .filter((s) => {
      if (!s.environments.includes('processes')) return false;
      const program = programOf(s, 1, 'real', null);
      return (
        program.shape.nodes.every((n) => n.role === 'server') &&
        operationsAsked(program).every((f) => operations.includes(f)) &&
        s.promises.some((id) => promised.includes(id))
      );
    })
    .map((s) => s.name);
}

/** What its suite asks it for, whatever is done meanwhile. */
function suiteNames({ open }: SystemManifest): string[] {
  const { system, launch } = open({});
  const suite = suiteFor(system, { members: launch?.members ?? 3, arePeersOurs: true });
  return suite.flatMap((s) => (s.name.endsWith('-calm') ? [s.name.slice(0, -'-calm'.length)] : []));
}
