/** The JSON Schema of scenario files, for editors; `scenario.schema.json` beside this file is its committed output. */
import { z } from 'zod';
import { scenarioSchema } from './schema.ts';

export function scenarioJsonSchema(): string {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-2020-12', reused: 'inline' });
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
