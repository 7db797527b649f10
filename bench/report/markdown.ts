/** Results as Markdown. */
import { figure } from '../../sim/report/format.ts';
import type { BenchResult } from '../method/result.ts';
import { axesOf } from './growth.ts';
import { interval } from './terminal.ts';

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n');

export function markdownReport(result: BenchResult): string {
  const { machine, cases } = result;
  const roofs = cases.filter(({ roofline }) => roofline !== null);
  return `# Benchmark: ${result.suites.join(', ')}

${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.platform}; ${result.at.slice(0, 16).replace('T', ' ')} UTC; ${result.rounds} rounds in fresh processes${result.quick ? ' (quick: no evidence)' : ''}. All figures are wall (measured): medians over rounds with the 95 % bootstrap interval.

${markdownTable(
    ['case', 'median', 'unit', '95 %', 'CPU µs each', 'by CPU time', 'by elapsed time', 'stages, µs', 'of the reference'],
    cases.map((c) => [c.name, figure(c.median), c.unit, interval(c.ci95), figure(c.cpuPerItemUs), figure(c.byCpu), figure(c.elapsed), Object.entries(c.stagesUs).map(([stage, us]) => `${stage} ${figure(us)}`).join(', ') || '–', figure(c.ratios[c.ratios.length >> 1])]),
  )}
${roofs.length === 0 ? '' : `
## Roofline

${markdownTable(
    ['case', ...Object.keys(roofs[0].roofline!.stages).map((stage) => `${stage} alone`), 'bound', 'reached', 'share'],
    roofs.map(({ name, median, roofline }) => [name, ...Object.values(roofline!.stages).map(figure), figure(roofline!.bound), figure(median), `${figure(roofline!.share * 100)} %`]),
  )}
`}${axesOf(cases).map(({ name, points }) => `\n## Against ${name}\n\n${markdownTable([name, 'path, tx/ms', 'exec, tx/ms'], points.map(({ label, path, exec }) => [label, figure(path.median), figure(exec.median)]))}\n`).join('')}${result.absent.map(({ name, why }) => `\nNot here: ${name}: ${why}.\n`).join('')}
## Exact

${markdownTable(['case', 'figures, equal on any machine'], cases.map(({ name, exact }) => [name, Object.entries(exact).map(([key, value]) => `${key} ${value}`).join(', ')]))}
`;
}
