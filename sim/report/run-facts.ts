/** What ran, and the values of its scenario that drawings compare with: `det/run.json`, `stratus/run/v1`. */
import type { ResolvedScenario } from '../scenario/types.ts';
import type { RunRecord } from '../trace/record.ts';
import { measuredWindow, type Window } from './window.ts';

export interface RunFacts {
  readonly schema: 'stratus/run/v1';
  readonly scenario: { readonly name: string; readonly question: string; readonly hash: string };
  readonly seed: string;
  readonly version: string;
  /** Where the run ended, and where it was to end, µs. */
  readonly endUs: number;
  readonly plannedEndUs: number;
  /** After warm-up, before settling: where TPMS and propagation are measured, µs. */
  readonly window: Window;
  readonly parameters: {
    readonly roundIntervalSeconds: number;
    /** Rounds below its head that a node takes as final. */
    readonly finalityDepth: number;
    /** What one delegate admits, thousandths of a TPMS. */
    readonly baseNodeCapacityMilliTpms: number;
    readonly gasLimitPerLedger: number;
    readonly roundBytesMax: number;
  };
}

export function runFacts(record: RunRecord, scenario: ResolvedScenario, identity: { readonly hash: string; readonly version: string }): RunFacts {
  return {
    schema: 'stratus/run/v1',
    scenario: { name: scenario.name, question: scenario.question, hash: identity.hash },
    seed: scenario.run.seed,
    version: identity.version,
    endUs: record.endUs,
    plannedEndUs: record.plannedEndUs,
    window: measuredWindow(record, scenario),
    parameters: {
      roundIntervalSeconds: scenario.params.roundIntervalSeconds,
      finalityDepth: scenario.params.finalityDepth,
      baseNodeCapacityMilliTpms: scenario.network.baseNodeCapacityMilliTpms,
      gasLimitPerLedger: scenario.params.gasLimitPerLedger,
      roundBytesMax: scenario.params.roundBytesMax,
    },
  };
}
