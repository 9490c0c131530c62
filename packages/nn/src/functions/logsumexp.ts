import { numpy } from '@proj/autodiff'

/** `log(Σ e^x)` over `axis`, which never overflows: `numpy.logsumexp`, where `jax.nn` has it. */
export const logsumexp: typeof numpy.logsumexp = numpy.logsumexp
