/** What controllers and nodes decide. */
export interface ControllerRules {
  /** Is a node alive whose lease was last seen renewed so long ago? */
  isAlive(silentUs: number, leaseUs: number): boolean;
  /** Is a slot wanted of a deployment that asks for so many? */
  isWanted(slot: number, replicas: number): boolean;
  /** Was a push lost, when one begins after revision `after` and all up to `held` is known? */
  isGap(after: number, held: number): boolean;
  /** The version of its ConfigMap that a running pod goes by, when it went by `held` and there is `next`. */
  mounts(held: number, next: number): number;
}

export const controllerRules: ControllerRules = {
  isAlive: (silentUs, leaseUs) => silentUs < leaseUs,
  isWanted: (slot, replicas) => slot < replicas,
  isGap: (after, held) => after > held,
  mounts: (_held, next) => next,
};
