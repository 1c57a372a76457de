/**
 * Errors that a user can mend. Each says what is wrong, what was got, what was wanted, what to do.
 *
 * A bug is an assertion (`assert.ts`); an expected failure is a value. Only these are thrown at users.
 */

/** Exit codes of the command line, strongest reason first where several apply. */
export const exitCodes = {
  holds: 0,
  violated: 1,
  unknown: 2,
  leftovers: 5,
  usage: 64,
  unavailable: 69,
  internal: 70,
  /** What there was to say could not be written: a full disk, a lost terminal. */
  output: 74,
  refused: 77,
  hangup: 129,
  interrupted: 130,
  /** The reader of the output went away. */
  closedPipe: 141,
  terminated: 143,
} as const;

/** Every code, with the exit code it leads to. A test matches this table to `harness/README.md`. */
export const errorCodes = {
  E_USAGE: exitCodes.usage,
  E_SCENARIO_UNKNOWN: exitCodes.usage,
  E_MUTANT_UNKNOWN: exitCodes.usage,
  E_PLAN: exitCodes.usage,
  E_CONFIG: exitCodes.usage,
  E_FILE: exitCodes.usage,
  E_TOKEN: exitCodes.usage,
  E_TOKEN_VERSION: exitCodes.usage,
  E_HISTORY: exitCodes.usage,
  E_NOT_BUILT: exitCodes.unavailable,
  E_FOLDER: exitCodes.unavailable,
  E_PORT_IN_USE: exitCodes.unavailable,
  E_NO_DOCKER: exitCodes.unavailable,
  E_ENGINE: exitCodes.unavailable,
  E_DOCKER_LOST: exitCodes.unavailable,
  E_IMAGE: exitCodes.unavailable,
  E_BUNDLE: exitCodes.unavailable,
  E_NODE_OUTPUT: exitCodes.unavailable,
  E_NO_PROGRAM: exitCodes.unavailable,
  E_NOT_READY: exitCodes.unavailable,
  E_ENDPOINT: exitCodes.unavailable,
  E_NAMESPACES: exitCodes.unavailable,
  E_FAULT: exitCodes.unavailable,
  E_OUTPUT: exitCodes.output,
  E_REFUSED_TARGET: exitCodes.refused,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof errorCodes;

export class HarnessError extends Error {
  override readonly name = 'HarnessError';
  readonly code: ErrorCode;

  /** `message` in the form: what is wrong, got …, wanted …. Next step. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.code = code;
  }

  get exitCode(): number {
    return errorCodes[this.code];
  }
}
