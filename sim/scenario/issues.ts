/** Turns zod's issues into problems with a place, a plain sentence and a way to mend it. */
import { z } from 'zod';
import { suggest, type Problem } from './problem.ts';
import { describe, placeOf, plain, type Tree } from './tree.ts';

type Issue = z.core.$ZodIssue;

export function problemsOf(schema: z.ZodType, root: Tree, issues: readonly Issue[], file: string): Problem[] {
  const problems = issues.flatMap((issue) => problemsOfIssue(schema, root, issue, [], file));
  // Several checks may find the same fault with one value; the last is the narrowest.
  return problems.filter((p, i) => !problems.slice(i + 1).some((later) => later.problem === p.problem && later.place?.start === p.place?.start && later.file === p.file));
}

const valueAt = (root: Tree, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined), plain(root));

const named = (path: readonly PropertyKey[]): string => path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`), '');

function problemsOfIssue(schema: z.ZodType, root: Tree, issue: Issue, prefix: readonly PropertyKey[], file: string): Problem[] {
  const path = [...prefix, ...issue.path];
  const make = (problem: string, mend: string, key?: string): Problem => {
    const place = placeOf(root, path, key);
    return { file: place.source.name || file, place, problem, mend };
  };
  const found = valueAt(root, path);
  const where = path.length === 0 ? 'the scenario' : `\`${named(path)}\``;
  if (found === undefined && issue.code !== 'unrecognized_keys' && issue.code !== 'custom') {
    const key = String(path[path.length - 1]);
    return [make(`\`${named(path)}\` is missing`, key === 'schema' ? 'start the file with `schema: stratus/scenario/v1`' : `add \`${key}\``)];
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => make(`unknown key \`${key}\`${path.length === 0 ? '' : ` in ${where}`}`, suggest(key, keysAt(schema, path, valueAt(root, path))), key));
    case 'invalid_value':
      return [make(`${where} cannot be ${describe(found)}`, typeof found === 'string' ? suggest(found, issue.values.map(String)) : `one of: ${issue.values.map(String).join(', ')}`)];
    case 'invalid_type':
      return [make(`${where}: expected ${typeNames[issue.expected] ?? issue.expected}, found ${describe(found)}`, hintForType(issue.expected))];
    case 'too_big':
      return [make(`${where} is too large: ${amountFound(found)}`, `at most ${String(issue.maximum)}${sizeWord(issue.origin)}`)];
    case 'too_small':
      return [make(`${where} is too small: ${amountFound(found)}`, `at least ${String(issue.minimum)}${sizeWord(issue.origin)}`)];
    case 'invalid_union':
      return unionProblems(schema, root, issue, prefix, file, make, found, where);
    case 'invalid_format':
      return [make(`${where}: ${issue.message}`, `found ${describe(found)}`)];
    case 'custom': {
      const mend = issue.params?.['mend'];
      return [make(`${where}: ${issue.message}`, typeof mend === 'string' ? mend : '')];
    }
    default:
      return [make(`${where}: ${issue.message}`, '')];
  }
}

function unionProblems(
  schema: z.ZodType, root: Tree, issue: Extract<Issue, { code: 'invalid_union' }>, prefix: readonly PropertyKey[], file: string,
  make: (problem: string, mend: string) => Problem, found: unknown, where: string,
): Problem[] {
  if ('discriminator' in issue && issue.errors.length === 0) {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    return [make(`${where} cannot be ${describe(found)}`, suggest(String(found), options))];
  }
  // Of the alternatives, the one whose own type fits what was written says best what is wrong inside it.
  const fitting = issue.errors.filter((errors) => errors.length > 0 && !(errors[0].path.length === 0 && errors[0].code === 'invalid_type'));
  if (fitting.length > 0) {
    const scalars = issue.errors.flat().filter((e) => e.code === 'invalid_value' && e.path.length === 1);
    const values = scalars.flatMap((e) => (e.code === 'invalid_value' ? e.values.map(String) : []));
    if (scalars.length === issue.errors.length && scalars.length > 1) {
      const key = scalars[0].path[0];
      const written = typeof found === 'object' && found !== null ? (found as Record<PropertyKey, unknown>)[key] : undefined;
      return [make(`${where}: \`${String(key)}\` cannot be ${describe(written)}`, suggest(String(written), values))];
    }
    const best = fitting.find((errors) => errors.every((e) => e.code !== 'invalid_value' || e.path.length !== 1)) ?? fitting[0];
    return best.flatMap((inner) => problemsOfIssue(schema, root, inner, [...prefix, ...issue.path], file));
  }
  return [make(issue.message === 'Invalid input' ? `${where} cannot be ${describe(found)}` : `${where}: ${issue.message}, found ${describe(found)}`, '')];
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'keys and values',
};
const hintForType = (expected: string): string =>
  expected === 'int' ? 'write a whole number without unit or decimals' : expected === 'string' ? 'quote it if it looks like a number' : '';
const amountFound = (found: unknown): string => (Array.isArray(found) ? `${found.length} entries` : typeof found === 'string' ? `${found.length} characters` : String(found));
const sizeWord = (origin: string): string => (origin === 'array' ? ' entries' : origin === 'string' ? ' characters' : '');

/** The keys that an object at `path` may have, for "did you mean"; in a union, those of every alternative that fits `value`'s discriminator. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  let candidates: z.ZodType[] = [schema];
  for (const step of path) candidates = candidates.flatMap(unwrap).flatMap((s) => child(s, step));
  const objects = candidates.flatMap(unwrap).filter((s): s is z.ZodObject => s instanceof z.ZodObject);
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const fitting = objects.filter((o) => !(o.shape['kind'] instanceof z.ZodLiteral) || o.shape['kind'].value === kind);
  return [...new Set((fitting.length > 0 ? fitting : objects).flatMap((o) => Object.keys(o.shape)))];
}

function child(schema: z.ZodType, step: PropertyKey): z.ZodType[] {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<PropertyKey, z.ZodType>;
    return Object.hasOwn(shape, step) ? [shape[step]] : [];
  }
  return schema instanceof z.ZodArray ? [schema.element as z.ZodType] : [];
}

function unwrap(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe) return unwrap(schema.in as z.ZodType);
  if (schema instanceof z.ZodUnion) return (schema.options as readonly z.ZodType[]).flatMap(unwrap);
  return [schema];
}
