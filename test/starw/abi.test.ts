/** docs/star-abi.md names every host function with as many parameters as it has, and the limits that hold. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MODULE_LIMITS, VM_LIMITS } from '../../engine/params/vm.ts';
import { HOST_FUNCTIONS } from '../../engine/starw/imports.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/star-abi.md'), 'utf8');

it('functions', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]*?) ?(→ i\d\d )?\| /gm)].map(([, name, parameters, result]) => [name, parameters === '' ? 0 : parameters.split(',').length, result ? 1 : 0]);
  expect(rows).toEqual(Object.entries(HOST_FUNCTIONS).map(([name, [params, results]]) => [name, params.length, results.length]));
});

it('limits', () => {
  const numbers = [...page.matchAll(/^\| [^|`]+ \| (?:1 to )?([\d,]+) \|$/gm)].map(([, number]) => Number(number.replaceAll(',', '')));
  const { messageBytes, receiptBytes, storageKeyBytes, storageValueBytes, events, eventTopicBytes, eventDataBytes, memoryPages, callDepth } = VM_LIMITS;
  expect(numbers).toEqual([messageBytes, receiptBytes, storageKeyBytes, storageValueBytes, events, eventTopicBytes, eventDataBytes, memoryPages, callDepth, MODULE_LIMITS.bytes]);
});
