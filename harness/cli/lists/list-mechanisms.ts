/** `antlion list --mechanisms`: what the reference cluster consists of, as its manifests say. */
import pc from 'picocolors';
import { sayRecord } from '../../report/json-lines.ts';
import { sayLines } from '../../report/output.ts';
import { wrap } from '../../report/wrap.ts';
import { promisesOf } from '../../../reference-impl/mechanism.ts';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';

export function listMechanisms(isJson: boolean): number {
  const all = mechanisms.map((m) => ({
    mechanism: m.id,
    shape: m.shape,
    what: m.what,
    requirements: [...m.requirements],
    operations: m.shape === 'front' ? [] : Object.keys(m.operations),
    promises: promisesOf(m, mechanisms).map((p) => (typeof p === 'string' ? p : p.id)),
    mutants: Object.keys(m.mutants ?? {}),
    triggers: (m.mode?.figures?.triggers ?? []).map((t) => t.id),
    scenarios: (m.scenarios ?? []).map((s) => s.name),
  }));
  if (isJson) for (const m of all) sayRecord('mechanism', m);
  else {
    sayLines(
      all.flatMap(({ mechanism, shape, what, requirements, ...lists }) => [
        `${pc.bold(mechanism)} ${pc.dim(`${shape}${requirements.map((r) => ` · ${r}`).join('')}`)}`,
        ...wrap(what, 2),
        ...Object.entries(lists)
          .filter(([, names]) => names.length > 0)
          .flatMap(([name, names]) => wrap(`${name}: ${names.join(', ')}`, 2, 4)),
      ]),
    );
  }
  return 0;
}
