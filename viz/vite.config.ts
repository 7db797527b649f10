/** The dashboard's build: a folder of static files that any server can give away, under any path. */
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

export default defineConfig({
  base: './',
  worker: { format: 'es' },
  plugins: [policyInPage],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, sourcemap: false, chunkSizeWarningLimit: 1_500, reportCompressedSize: false },
});
