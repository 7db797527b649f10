#!/usr/bin/env node
/**
 * Bundles the benchmarks with the sources that they measure, and runs one of their programs:
 *
 *     node bench/start.mjs main JOB        what `stratus bench`, `baseline` and `compare` start
 *     node bench/start.mjs planted         npm run bench:planted
 *     node bench/start.mjs peers           npm run bench:peers
 *     node bench/start.mjs profile         npm run profile
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const [program, ...args] = process.argv.slice(2);
const target = await bundle();
process.argv = [process.argv[0], join(target, `${program}.mjs`), ...args];
await import(pathToFileURL(process.argv[1]).href);
