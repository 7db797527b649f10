/** The dashboard's build: a folder of static files that any server can give away, under any path. */
import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';
import { PAGE_POLICY } from '../sim/report/page-policy.ts';

/** The policy also stands in the page, for servers that send none. `frame-ancestors` works in headers only. */
const policyInPage: Plugin = {
  name: 'policy-in-page',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: PAGE_POLICY.replace(/; frame-ancestors [^;]*/, '') }, injectTo: 'head-prepend' },
  ],
};

/** What runs made in the page say they are of: part of `det/`. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string };

export default defineConfig({
  define: { STRATUS_VERSION: JSON.stringify(version) },
  base: './',
  worker: { format: 'es' },
  plugins: [policyInPage],
  build: { outDir: '../dist/site', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, sourcemap: false, chunkSizeWarningLimit: 1_500, reportCompressedSize: false },
});
