const place = 'says where programs run, and changes no value'
const time = 'measures time'
const reads = 'prints or names programs, which are ours'

/** Public functions of which JAX cannot be asked, and why. */
export const exempt: { readonly [name: string]: string } = {
  blockUntilReady: place,
  clearCaches: 'drops compiled programs',
  'debug.callback': 'has effects and no result; src/api tests when it is called',
  'debug.print': 'has effects and no result; src/api tests what it prints',
  deviceGet: place,
  devicePut: place,
  effectsBarrier: place,
  explain: reads,
  getBackend: place,
  isNDArray: 'tells our class from others',
  'lax.isComplex': 'tells our pairs from arrays',
  'lax.linalg.luSolve': 'JAX does not export it; scipy.linalg.luSolve is asked',
  'lax.linalg.symmetrize': 'JAX does not export it; its own cholesky and eigh are asked with it',
  'lax.convDimensionNumbers': 'reads letters; every convolution with letters is asked',
  'lax.dtype': 'names ours',
  'lax.rngUniform': 'JAX leaves the algorithm to the platform',
  makeJaxpr: reads,
  'numpy.arrayRepr': reads,
  'numpy.arrayStr': reads,
  'numpy.dtype': 'names ours',
  'numpy.isscalar': 'tells values of JavaScript apart',
  'numpy.iterable': 'tells values of JavaScript apart',
  printEnvironmentInfo: reads,
  profile: time,
  'profiler.annotateFunction': time,
  'profiler.startTrace': time,
  'profiler.stopTrace': time,
  'profiler.trace': time,
  'random.keyDtype': 'names ours',
  'random.keyImpl': 'names ours',
  setBackend: place,
  withConfig: 'sets what others read; the random samples are asked under it',
}
