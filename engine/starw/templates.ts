/** The contract templates without IO: module, hash and description of each by its name. */
import { wasmBytes } from '../crypto/wasm/compile.ts';
import { Bug } from '../primitives/result.ts';
import type { Hash } from '../tx/transaction.ts';
import { parseAbi, type Abi } from './abi.ts';
import { TEMPLATE_TEXTS } from './template-texts.ts';

export type TemplateName = keyof typeof TEMPLATE_TEXTS;
export const TEMPLATE_NAMES = Object.keys(TEMPLATE_TEXTS) as readonly TemplateName[];

export interface Template {
  readonly name: TemplateName;
  readonly module: Uint8Array;
  /** SHA-256 of the module: a contract whose code has this hash is one of this template. */
  readonly hash: Hash;
  readonly abi: Abi;
}

const made = new Map<TemplateName, Template>();

export function templateOf(name: TemplateName): Template {
  let template = made.get(name);
  if (template === undefined) {
    const text = TEMPLATE_TEXTS[name];
    const abi = parseAbi(text.abi);
    if (!abi.ok) throw new Bug(`the description of ${name}: ${abi.error.at} ${abi.error.problem}`);
    made.set(name, (template = { name, module: wasmBytes(text), hash: text.sha256, abi: abi.value }));
  }
  return template;
}
