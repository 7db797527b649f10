/** Results as text for a terminal. */
import { figure, grouped, table } from '../../sim/report/format.ts';
import type { BenchResult, CaseResult } from '../method/result.ts';
import { growthText } from './growth.ts';

const percent = (share: number): string => `${figure(share * 100)}%`;
export const interval = ([lo, hi]: readonly [number, number]): string => `${figure(lo)} … ${figure(hi)}`;

export function terminalReport(result: BenchResult): string {
  const { machine, cases } = result;
  const lines = [
    `bench ${result.suites.join(', ')}  ${result.rounds} rounds${result.quick ? ' (quick: no evidence)' : ''}, ${cases.length} cases; all figures wall (measured)`,
    `Machine      ${machine.cpu}, ${machine.cores} cores, ${grouped(machine.memoryMiB)} MiB, Node ${machine.node}, ${machine.platform}`,
    '',
    ...table([HEAD, ...cases.map(row)]),
  ];
  const staged = cases.filter(({ stagesUs }) => Object.keys(stagesUs).length > 0);
  if (staged.length > 0) lines.push('', 'Stages, µs of processor time per transaction', ...stageTable(staged));
  const roofs = cases.filter(({ roofline }) => roofline !== null);
  if (roofs.length > 0) lines.push('', 'Roofline: transactions per ms if a core did nothing but …', ...roofTable(roofs));
  lines.push(...growthText(cases));
  for (const { name, why } of result.absent) lines.push('', `not here: ${name}: ${why}`);
  for (const { expr, ok, value } of result.thresholds) lines.push(`threshold ${expr}: ${ok === null ? 'no such case' : ok ? 'kept' : 'BROKEN'}${value === null ? '' : ` (${figure(value)})`}`);
  lines.push('', `${result.verdict.toUpperCase()}  exit ${result.exitCode}`);
  return `${lines.join('\n')}\n`;
}

const HEAD = ['case', 'median', 'unit', '95% of the median', 'CPU µs each', 'by CPU time', 'by elapsed time', 'µs of reference', 'outliers'];
const row = (c: CaseResult): string[] => [
  c.name, figure(c.median), c.unit, interval(c.ci95), figure(c.cpuPerItemUs), figure(c.byCpu), figure(c.elapsed), figure(c.referenceUs), c.outliers.length === 0 ? '' : `${c.outliers.length} of ${c.samples.length}`,
];

function stageTable(cases: readonly CaseResult[]): string[] {
  const stages = [...new Set(cases.flatMap(({ stagesUs }) => Object.keys(stagesUs)))];
  return table([['case', ...stages, 'all but verify'], ...cases.map(({ name, stagesUs }) => [name, ...stages.map((stage) => (stagesUs[stage] === undefined ? '–' : figure(stagesUs[stage]))), figure(rest(stagesUs))])]);
}

/** What is not checking signatures. */
const rest = (stagesUs: Readonly<Record<string, number>>): number => Object.entries(stagesUs).reduce((sum, [stage, us]) => (stage === 'verify' ? sum : sum + us), 0);

function roofTable(cases: readonly CaseResult[]): string[] {
  const stages = Object.keys(cases[0].roofline!.stages);
  return table([
    ['case', ...stages, 'bound', 'reached', 'share'],
    ...cases.map(({ name, median, roofline }) => [name, ...stages.map((stage) => figure(roofline!.stages[stage])), figure(roofline!.bound), figure(median), percent(roofline!.share)]),
  ]);
}
