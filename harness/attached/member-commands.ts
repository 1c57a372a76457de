/** What a member is started with: the texts of its launch plan, filled. */
import type { LaunchPlan, VersionPlan } from '../core/launch-plan.ts';
import { fill, filled } from './template.ts';
import type { Fields } from './template.ts';

interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Commands {
  readonly usual: Command;
  /** Other versions of it, by name. */
  readonly versions: ReadonlyMap<string, Command>;
}

/** What one member is told, beside what its plan says. */
export interface MemberTexts {
  readonly fields: Fields;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function commandsOf(
  { command, versions = {} }: LaunchPlan,
  { fields, env }: MemberTexts,
): Commands {
  const commandOf = (v: VersionPlan): Command => ({
    argv: v.command.map((text) => fill(text, fields)),
    env: { ...env, ...filled(v.env ?? {}, fields) },
  });
  return {
    usual: commandOf({ command }),
    versions: new Map(
      Object.entries(versions).map(([name, version]) => [name, commandOf(version)]),
    ),
  };
}

/** The environment of antlion itself, with that of the plan and what the member is told; null: not set. */
export function environmentOf(
  plan: LaunchPlan,
  fields: Fields,
  told: Readonly<Record<string, string | null>>,
): Record<string, string | undefined> {
  const env: Record<string, string | undefined> = { ...process.env };
  Object.assign(env, filled(plan.env ?? {}, fields));
  for (const [name, text] of Object.entries(told)) env[name] = text ?? undefined;
  return env;
}
