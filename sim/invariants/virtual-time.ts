/**
 * T4 virtual time: it never goes back, and events of one instant come in the order in which they were scheduled.
 *
 * Two comparisons per kernel event and nothing else: this runs tens of millions of times. Not checked: that two processes
 * see the same events (that is `run --check`).
 */
import type { InvariantFactory } from './invariant.ts';

export const virtualTime: InvariantFactory = () => {
  let lastUs = -1;
  let lastSequence = -1;
  let events = 0;
  return {
    id: 'T4',
    title: 'virtual time never goes back; ties by insertion number',
    event(timeUs, sequence, report) {
      events++;
      if (timeUs < lastUs || (timeUs === lastUs && sequence <= lastSequence)) {
        report.violation(`an event after (${lastUs} µs, insertion ${lastSequence})`, `(${timeUs} µs, insertion ${sequence})`);
      }
      lastUs = timeUs;
      lastSequence = sequence;
    },
    end(report) {
      report.evaluated(events);
    },
  };
};
