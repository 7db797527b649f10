/**
 * Work on the newest of a run's versions, one at a time: what is asked for while it goes on is done once, afterwards. A live
 * run has a new version twice a second, and reading one may take longer.
 */
export function latest(work: () => Promise<void>): () => void {
  let [busy, again] = [false, false];
  const go = async (): Promise<void> => {
    busy = true;
    do {
      again = false;
      await work();
    } while (again);
    busy = false;
  };
  return () => {
    if (busy) again = true;
    else void go();
  };
}
