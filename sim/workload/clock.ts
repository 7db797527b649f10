/** Chain time and height as far as the workload has seen them, and as far as they may have come. */
export class Clock {
  /** Number and time of the latest round seen; its time is that of its rules, its parent's median time (D8). */
  roundSeen = 0;
  nowSeen: number;
  private readonly genesisSeconds: number;

  /** Virtual time 0 is `genesisSeconds`, Unix seconds. */
  constructor(genesisSeconds: number) {
    this.genesisSeconds = genesisSeconds;
    this.nowSeen = genesisSeconds;
  }

  saw(roundNumber: number, nowSeconds: number): void {
    if (roundNumber > this.roundSeen) this.roundSeen = roundNumber;
    if (nowSeconds > this.nowSeen) this.nowSeen = nowSeconds;
  }

  /** Unix seconds of a virtual time: no median time is later, but for nodes' clocks. */
  at(atUs: number): number {
    return this.genesisSeconds + Math.floor(atUs / 1_000_000);
  }
}
