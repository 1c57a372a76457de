/** `antlion list --faults`: every kind that is defined, and where it can be done. */
import pc from 'picocolors';
import type { EnvironmentName } from '../../core/environment.ts';
import { allKinds, faultKinds, rareKinds } from '../../faults/kinds.ts';
import type { FaultDefinition } from '../../faults/kind.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { sayLines } from '../../report/output.ts';
import { wrap } from '../../report/wrap.ts';

export function listFaults(isJson: boolean): number {
  const builtIn: readonly string[] = [...faultKinds, ...rareKinds];
  const all = allKinds().map((d) => ({
    fault: d.kind,
    line: d.line,
    on: d.on as 'links' | 'nodes',
    fields: Object.keys(d.fields),
    harms: [...d.harms],
    environments: environmentsOf(d),
    isOwn: !builtIn.includes(d.kind),
  }));
  if (isJson) for (const f of all) sayRecord('fault', f);
  else {
    sayLines(
      all.flatMap(({ fault, line, on, fields, harms, environments, isOwn }) => [
        `${pc.bold(fault)}${pc.dim(isOwn ? ' of your own' : '')}`,
        ...wrap(line, 2),
        ...wrap(
          `${[on, ...fields].join(', ')} · ${harms.join(', ')} · ${environments.join(', ')}`,
          2,
        ).map((l) => pc.dim(l)),
      ]),
    );
  }
  return 0;
}

/** Attached: what needs no program of ours in the node. */
export function environmentsOf(definition: FaultDefinition): EnvironmentName[] {
  const { simulate, inject, scope, by } = definition;
  return [
    ...(simulate === undefined ? [] : ['simulation' as const]),
    ...(inject === undefined || by === 'our-packets' ? [] : ['processes' as const]),
    ...(inject === undefined || by !== undefined ? [] : ['containers' as const]),
    ...(inject === undefined || by === 'our-process' || (scope !== 'link' && scope !== 'process')
      ? []
      : ['attached' as const]),
  ];
}
