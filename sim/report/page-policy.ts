/** What the dashboard's page may do: its own scripts, styles and workers, and nothing from anywhere else. WebAssembly is the engine's, in the live view. */
export const PAGE_POLICY = [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "img-src 'self' data: blob:", "connect-src 'self'", "worker-src 'self'",
  "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');

/** A report out of a run folder, which may be anybody's: its own style, no script at all, an origin of its own. */
export const REPORT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
