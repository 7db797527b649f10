/** A campaign as a person reads it in a terminal. */
import { grouped, lengthText } from '../report/format.ts';
import { PLAIN, type Paint } from '../report/text.ts';
import { replayLine, type CampaignFinding, type CampaignResult } from './campaign.ts';

export function campaignText(result: CampaignResult, paint: Paint = PLAIN): string {
  const { findings, behaviours } = result;
  const label = (name: string): string => paint.strong(name.padEnd(13));
  const badge = findings.length > 0 ? paint.bad('FAIL') : result.exitCode === 0 ? paint.good('PASS') : paint.warn('STOPPED');
  const reached = Object.keys(behaviours.reached).length;
  const lines = [
    `${badge}  ${grouped(result.seeds)} random scenarios from seed ${result.seed}  exit ${result.exitCode}`,
    `${label('Virtual time')}${lengthText(result.virtualMs * 1_000)}, ${grouped(result.events)} events`,
    `${label('Reached')}${reached} of ${reached + behaviours.never.length} behaviours`,
  ];
  if (behaviours.never.length > 0) lines.push(paint.quiet(`${''.padEnd(13)}never: ${behaviours.never.join(', ')}`));
  lines.push(`${label('Hash')}${result.hash}`);
  for (const finding of findings) lines.push('', ...findingLines(finding, paint));
  return `${lines.join('\n')}\n`;
}

const findingLines = (finding: CampaignFinding, paint: Paint): string[] => [
  `${paint.bad(`${finding.kind} ${finding.signature}`)} in ${grouped(finding.count)} of the scenarios, first with seed ${finding.seed}`,
  `  ${finding.text}`,
  `  smallest: ${finding.smallest.nodes} nodes, ${lengthText(finding.smallest.virtualMs * 1_000)}, ${grouped(finding.smallest.events)} events (${finding.smallest.runs} runs to shrink)`,
  `  repeat: ${replayLine(finding)}`,
];
