/** A comparison as text and as Markdown. */
import { figure, table } from '../../sim/report/format.ts';
import type { Judgement } from '../method/judgement.ts';
import type { Comparison } from '../method/verdict.ts';
import { markdownTable } from './markdown.ts';

/** `+5.1%`: the cost of B over that of A. */
const change = (ratio: number): string => `${ratio >= 1 ? '+' : '−'}${figure(Math.abs(ratio - 1) * 100)}%`;
const HEAD = ['case', 'cost', '95%', 'verdict', 'rounds', 'how'];
const row = (c: Comparison): string[] => [c.name, change(c.ratio), `${change(c.ci95[0])} … ${change(c.ci95[1])}`, c.differences.length > 0 ? `${c.verdict}, exact figures differ` : c.verdict, String(c.rounds), c.method];

const sentence = ({ counts, comparisons, notComparable, quick }: Judgement): string =>
  `${comparisons.length} compared: ${counts.worse} worse, ${counts.same} same, ${counts.better} better, ${counts.inconclusive} inconclusive; ${counts.differ} with other exact figures; ${notComparable.length} not comparable${quick ? ' (quick: no evidence)' : ''}`;

export function comparisonText(judged: Judgement, a: string, b: string): string {
  const { comparisons, notComparable, margin, verdict, exitCode } = judged;
  const lines = [`compare ${a} → ${b}: processor time of B over A (wall, measured); within ±${figure(margin * 100)}% is none`, ''];
  if (comparisons.length > 0) lines.push(...table([HEAD, ...comparisons.map(row)]));
  for (const { name, differences } of comparisons) for (const difference of differences) lines.push(`differs: ${name}: ${difference}`);
  for (const { name, why } of notComparable) lines.push(`not comparable: ${name}: ${why}`);
  lines.push('', sentence(judged), `${verdict.toUpperCase()}  exit ${exitCode}`);
  return `${lines.join('\n')}\n`;
}

export function comparisonMarkdown(judged: Judgement, a: string, b: string): string {
  const { comparisons, notComparable, machine, margin } = judged;
  return `# \`${a}\` → \`${b}\`: ${judged.verdict}

${sentence(judged)}. Processor time of B over A on ${machine.class}; within ±${figure(margin * 100)} % is none.

${markdownTable(HEAD, comparisons.map(row))}
${comparisons.flatMap(({ name, differences }) => differences.map((difference) => `\n- differs: ${name}: ${difference}`)).join('')}${notComparable.map(({ name, why }) => `\n- not comparable: ${name}: ${why}`).join('')}
`;
}
