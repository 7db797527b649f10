/** A run as JUnit XML: one case per invariant, threshold, `sometimes` and fault, so that CI systems list them. */
import { escapeXml } from './svg.ts';
import type { Summary } from './summary.ts';

type Outcome = { readonly kind: 'pass' } | { readonly kind: 'failure' | 'skipped'; readonly text: string };

export function junitXml(summary: Summary): string {
  const reasonOf = (id: string): string | undefined => summary.reasons.find((r) => r.id === id)?.text;
  const cases: { group: string; name: string; outcome: Outcome }[] = [];
  const add = (group: string, name: string, failed: boolean, skipped: boolean, text: string): number =>
    cases.push({ group, name, outcome: failed ? { kind: 'failure', text } : skipped ? { kind: 'skipped', text } : { kind: 'pass' } });
  for (const i of summary.invariants) add('invariants', i.id, reasonOf(i.id) !== undefined, i.evaluated + i.byConstruction === 0, reasonOf(i.id) ?? 'not exercised');
  for (const t of summary.thresholds) add('thresholds', t.expr, t.ok !== true, false, `value ${t.value ?? 'none'} over ${t.samples} samples`);
  for (const s of summary.sometimes) add('sometimes', s.id, s.seen === 0, false, 'never happened');
  for (const f of summary.faults) add('faults', f.id, reasonOf(f.id) !== undefined, false, reasonOf(f.id) ?? '');
  const told = new Set(cases.map((c) => c.name));
  for (const r of summary.reasons) if (!told.has(r.id)) add('run', r.id, true, false, r.text);
  const failures = cases.filter((c) => c.outcome.kind === 'failure').length;
  const skipped = cases.filter((c) => c.outcome.kind === 'skipped').length;
  const name = escapeXml(`${summary.scenario.name} seed ${summary.seed}`);
  const body = cases.map(({ group, name: caseName, outcome }) => {
    const open = `    <testcase classname="${escapeXml(`${summary.scenario.name}.${group}`)}" name="${escapeXml(caseName)}"`;
    if (outcome.kind === 'pass') return `${open}/>`;
    return `${open}><${outcome.kind} message="${escapeXml(outcome.text)}"/></testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${name}" tests="${cases.length}" failures="${failures}" skipped="${skipped}">`,
    `  <testsuite name="${name}" tests="${cases.length}" failures="${failures}" skipped="${skipped}" time="${summary.wall.elapsedS}">`,
    ...body,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
