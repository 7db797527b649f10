/** docs/contracts-gas.md is what the templates cost. `npx vitest run --config .vitest.config.ts test/contracts/gas.test.ts -u` writes it anew. */
import { expect, it } from 'vitest';
import { entryGas } from '../../engine/starw/cache.ts';
import { checkContract } from '../../engine/starw/gate.ts';
import { DEPLOYED, EXAMPLES, undeployed, type Example } from './scenes.ts';
import { ALICE, moduleOf, TEMPLATES, type Answer, type TemplateName } from './template.ts';

const grouped = (gas: number): string => gas.toLocaleString('en-US');
const said = ({ error, gas }: Answer): string => (error === undefined ? grouped(gas) : `${grouped(gas)} (${error})`);

function row({ name, scene, by, args, value = 0n, again = args }: Example): string {
  const contract = scene();
  return `| \`${name}\` | ${said(contract.pay(value, by, name, ...args))} | ${said(contract.pay(value, by, name, ...again))} |`;
}

function section(template: TemplateName): string {
  const bytes = moduleOf(template);
  const shape = checkContract(bytes);
  const entering = shape.ok ? entryGas(shape.value) : Number.NaN;
  return `## ${template}

${grouped(bytes.length)} bytes; entering costs ${grouped(entering)}, deploying (with ${DEPLOYED[template].length} arguments) ${grouped(undeployed(template).deploy(ALICE, ...DEPLOYED[template]).gas)}.

| function | first | again |
| --- | ---: | ---: |
${EXAMPLES[template].map(row).join('\n')}
`;
}

const HEAD = `# Gas of the templates

Gas in the VM, without the transaction's 21,000 and, at deployment, what its payload costs (D11). *First* is a call that works in its scene (\`test/contracts/scenes.ts\`),
where it mostly stores something new; *again* is the same call behind it, of another number where there is one. Each call pays for entering the contract, which is most of what reading costs,
and for entering those that it calls. Measured, and held to the templates, by \`test/contracts/gas.test.ts\`.
`;

it('docs/contracts-gas.md', async () => {
  await expect([HEAD, ...TEMPLATES.map(section)].join('\n')).toMatchFileSnapshot('../../docs/contracts-gas.md');
});
