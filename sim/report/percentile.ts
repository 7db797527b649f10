/** Order statistics by nearest rank: the smallest value that at least the share q of the samples do not exceed. */
export function nearestRank(ascending: ArrayLike<number>, numerator: number, denominator: number): number | undefined {
  const n = ascending.length;
  if (n === 0) return undefined;
  return ascending[Math.max(0, Math.ceil((n * numerator) / denominator) - 1)];
}
