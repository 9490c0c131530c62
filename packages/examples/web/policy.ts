const directives = [
  "default-src 'none'",
  // Compiling a WebAssembly module is all that the packages need beyond scripts of the page's own.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
]

/** What the page may do, as a `meta` tag can say it. A worker follows the headers of its own script instead. */
export const policyWithoutHeader = directives.join('; ')

/** The Content-Security-Policy that the page, its worker and its scripts are served with, in development too. */
export const policy = `${policyWithoutHeader}; frame-ancestors 'none'`
