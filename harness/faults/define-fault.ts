/** Kinds of fault of a user's own. */
import { HarnessError } from '../core/errors.ts';
import { addKind } from './kinds.ts';
import type { AnyFault, FaultDefinition } from './kind.ts';

/**
 * Makes a kind of fault of your own known by its name: plans may use it, counterexamples shrink and tell
 * it, tokens hold it. Call it once, where the module is loaded; a scenario's file that defines or imports
 * it brings it along, and so does `faults` of `antlion.config.ts`.
 *
 * It says what it does to links or nodes, in simulation and for real, through ports (`SimulatedPorts`,
 * `FaultPorts`); where a member is missing it cannot be done and is skipped with a remark. Times are whole
 * µs. `simulate` is synchronous and draws chances from what it is given only, so that a run stays a
 * function of its seed. Throws E_CONFIG when the name is taken or a member makes no sense.
 *
 * ```ts
 * export interface Trickle extends LinkFault {
 *   readonly kind: 'trickle';
 *   readonly pieceBytes: number;
 *   readonly pauseUs: number;
 * }
 * declare module 'antlion/faults' {
 *   interface Faults {
 *     readonly trickle: Trickle;
 *   }
 * }
 *
 * export const trickle = defineFault<Trickle>({
 *   kind: 'trickle',
 *   line: 'messages arrive in small pieces, with a pause before each',
 *   on: 'links',
 *   fields: { pieceBytes: z.int().min(1), pauseUs: z.int().min(1) },
 *   scope: 'link',
 *   harms: ['delays-messages'],
 *   draw: (draw, shape, interval) => ({
 *     kind: 'trickle',
 *     ...interval,
 *     links: drawLinks(draw, shape),
 *     pieceBytes: draw.between(10, 100),
 *     pauseUs: draw.between(1_000, 20_000),
 *   }),
 *   describe: ({ pieceBytes }, target) => `trickle of ${pieceBytes} bytes at a time ${target}`,
 *   simulate: ({ pieceBytes, pauseUs }, ports) =>
 *     ports.onLinks({ pass: (m) => Math.ceil(m.bytes() / pieceBytes) * pauseUs }),
 *   inject({ pieceBytes, pauseUs }, ports) {
 *     const attributes = { average_size: pieceBytes, size_variation: 0, delay: pauseUs };
 *     return ports.onLinks({ toxics: [{ type: 'slicer', attributes }] });
 *   },
 *   figure: () => 'delayed-bytes',
 * });
 * ```
 */
export function defineFault<F extends AnyFault>(
  definition: FaultDefinition<F>,
): FaultDefinition<F> {
  const wrong = whatIsWrong(definition as unknown as FaultDefinition);
  if (wrong !== null) throw new HarnessError('E_CONFIG', `fault "${definition.kind}": ${wrong}.`);
  addKind(definition as unknown as FaultDefinition);
  return definition;
}

function whatIsWrong(d: FaultDefinition): string | null {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(d.kind)) {
    return 'its name is wanted in lower case, words joined by "-". Choose another kind';
  }
  if (d.on !== 'links' && d.on !== 'nodes') {
    return `on is ${JSON.stringify(d.on)}, wanted "links" or "nodes". Say what it hits`;
  }
  if (d.harms.length === 0) {
    return 'harms is empty, wanted one at least: promises go by them. Say what it does';
  }
  const taken = Object.keys(d.fields).find((name) => common.includes(name));
  if (taken !== undefined) {
    return `fields has ${taken}, which every fault has. Leave it out, or choose another name`;
  }
  if (d.simulate === undefined && d.inject === undefined) {
    return 'it has neither simulate nor inject, so it could be done nowhere. Add one';
  }
  if (d.on === 'links' && d.inject !== undefined && d.figure === undefined) {
    return 'it has inject and no figure, so nothing would show that it took effect. Add figure';
  }
  return null;
}

const common: readonly string[] = ['kind', 'atUs', 'untilUs', 'until', 'sooner', 'links', 'nodes'];
