/**
 * The document's activation rule (NETWORK INFRASTRUCTURE › Dynamic Network Simulator; D15), as printed: at each tick,
 * required = ceil(currentTPMS / baseNodeCapacity), and at most ten more nodes are woken.
 */

/** One tick of the rule: how many nodes are required, and how many to wake now. Integers; loads in thousandths of a TPMS. */
export function activationStep(
  offeredMilliTpms: number,
  capacityMilliTpms: number,
  active: number,
  standby: number,
): { readonly required: number; readonly toActivate: number } {
  const required = Math.ceil(offeredMilliTpms / capacityMilliTpms);
  return { required, toActivate: Math.max(0, Math.min(required - active, ACTIVATIONS_PER_TICK, standby)) };
}

/** Nodes woken per tick at most (document: 10), and the tick (D15: 1 s). */
export const ACTIVATIONS_PER_TICK = 10;
export const ACTIVATION_TICK_US = 1_000_000;
/** Time from waking until a node's peers are dialled (assumption: process start and key load). */
export const BOOT_US = 3_000_000;
