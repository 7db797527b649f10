/**
 * Faults that somebody adds while a run goes on, such that the run is the one of a scenario that had them from the start.
 *
 * A fault starts, and is ended, at the next whole millisecond. Its place among the events of that instant is the one that
 * its place in the list of faults gives it (`Simulation.addFault`). An end enters the queue only when the run is about to
 * reach it, since until then somebody may choose an earlier one.
 */
import { Bug } from '../../engine/primitives/result.ts';
import { exceedsFinality } from '../scenario/finality-risk.ts';
import { SCHEDULED_FAULTS_MAX, type ResolvedScenario, type ScheduledFault } from '../scenario/types.ts';
import type { Simulation } from './simulation.ts';

const MS = 1_000;
const SECOND_US = 1_000_000;
/** A run by rounds may take this many times its expected length before an end that nobody chose is reached. */
const SPARE = 10;

export interface AddedFault {
  readonly id: string;
  readonly kind: string;
  readonly atUs: number;
  /** Infinity: nobody has ended it yet. */
  readonly endUs: number;
}

interface Added {
  readonly index: number;
  readonly fault: Omit<ScheduledFault, 'forUs'>;
  endUs: number;
  /** Its end is in the queue, or has happened. */
  scheduled: boolean;
}

export class AddedFaults {
  private readonly simulation: Simulation;
  private readonly faults: Added[] = [];
  private reachedUs = 0;
  private made: ResolvedScenario | undefined;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  /** The run has gone on to this time, whether or not something happened at it. */
  reached(us: number): void {
    this.reachedUs = Math.max(this.reachedUs, us);
  }

  get nextUs(): number {
    return (Math.floor(Math.max(this.reachedUs, this.simulation.nowUs) / MS) + 1) * MS;
  }

  get list(): readonly AddedFault[] {
    return this.faults.map(({ fault: { id, kind, atUs }, endUs }) => ({ id, kind, atUs, endUs }));
  }

  add({ forUs, ...rest }: Omit<ScheduledFault, 'atUs' | 'forUs'> & { readonly forUs?: number | undefined }): void {
    const { simulation, nextUs: atUs } = this;
    if (atUs > simulation.endUs) throw new Bug('a fault after the end of the run');
    if (simulation.scheduled.length === SCHEDULED_FAULTS_MAX) throw new Bug(`more than ${SCHEDULED_FAULTS_MAX} faults`);
    if (simulation.scheduled.some(({ id }) => id === rest.id)) throw new Bug(`two faults ${rest.id}`);
    const fault = { ...rest, atUs };
    const endUs = forUs === undefined ? Infinity : atUs + forUs;
    this.faults.push({ index: simulation.addFault({ ...fault, forUs: endUs - atUs }), fault, endUs, scheduled: false });
    this.made = undefined;
  }

  end(id: string): void {
    const added = this.faults.find(({ fault }) => fault.id === id);
    if (added === undefined || added.scheduled) return;
    added.endUs = Math.min(added.endUs, Math.max(this.nextUs, added.fault.atUs + MS));
    this.made = undefined;
  }

  /** The earliest end that is not in the queue yet; Infinity where there is none. */
  get dueUs(): number {
    return this.faults.reduce((least, { endUs, scheduled }) => (scheduled ? least : Math.min(least, endUs)), Infinity);
  }

  /** Puts the ends that are due into the queue. */
  schedule(): void {
    const { dueUs } = this;
    for (const added of this.faults) {
      if (added.scheduled || added.endUs > dueUs) continue;
      added.scheduled = true;
      this.simulation.scheduleEnd(added.index, added.endUs);
    }
  }

  /** The run's scenario with these faults in its list. An end that nobody chose lies a second or more behind the end of the run. */
  get scenario(): ResolvedScenario {
    const { scenario, endUs, plannedEndUs } = this.simulation;
    if (this.faults.length === 0) return scenario;
    if (this.made !== undefined && !this.openAtEnd(endUs)) return this.made;
    const lastUs = Math.max(Number.isFinite(endUs) ? endUs : 0, scenario.run.durationUs ?? SPARE * plannedEndUs);
    const neverUs = (Math.ceil(lastUs / SECOND_US) + 1) * SECOND_US;
    const faults = this.faults.map(({ fault, endUs: chosenUs }): ScheduledFault => {
      const { id, kind, atUs, options } = fault;
      return { id, kind, atUs, forUs: (Number.isFinite(chosenUs) ? chosenUs : neverUs) - atUs, options };
    });
    const changed = { ...scenario, faults: { ...scenario.faults, scheduled: [...scenario.faults.scheduled, ...faults] } };
    this.made = { ...changed, beyond: scenario.beyond || exceedsFinality(changed) };
    return this.made;
  }

  /** Where a run by rounds has found its end only now, ends that nobody chose may have to move behind it. */
  private openAtEnd(endUs: number): boolean {
    return this.simulation.scenario.run.durationUs === undefined && Number.isFinite(endUs) && this.faults.some(({ endUs: chosenUs }) => !Number.isFinite(chosenUs));
  }
}
