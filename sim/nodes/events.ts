/** Kinds of kernel events. The numbers enter the trace hash. */
export const EVENT = { message: 0, timer: 1, win: 2, submit: 3, tick: 4, fault: 5, boot: 6, link: 7, checkpoint: 8, healed: 9, randomCrash: 10, arrival: 11 } as const;
export const EVENT_NAMES = Object.keys(EVENT) as readonly (keyof typeof EVENT)[];
