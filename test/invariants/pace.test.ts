import { expect, test } from 'vitest';
import { gammaBelow, gammaQuantile } from '../../sim/invariants/pace.ts';

// Expected values: Σ e^-x x^k / k! in 60-digit decimals (Python's decimal), and quantiles from SciPy 1's gamma.ppf.
test.each([
  [1, 0.5, 0.393469340287366576],
  [3, 0.01, 1.65421652820487676e-7],
  [60, 40, 0.00187962856864508394],
  [60, 90, 0.999674710989087459],
  [1000, 900, 0.000549902265711782923],
  [20_000, 19_500, 0.000183270051887993957],
])('Gamma(%i) is below %f with chance %f', (n, x, chance) => expect(Math.abs(gammaBelow(n, x) / chance - 1)).toBeLessThan(1e-9));

test.each([
  [1, 0.00005, 5.000125004166825e-5],
  [5, 0.00005, 0.38302336034706586],
  [60, 0.00005, 34.44511232953082],
  [61, 0.99995, 96.19670079672774],
  [1001, 0.99995, 1128.831905592874],
])('Gamma(%i) has its %f quantile at %f', (n, chance, x) => expect(Math.abs(gammaQuantile(n, chance) / x - 1)).toBeLessThan(1e-8));
