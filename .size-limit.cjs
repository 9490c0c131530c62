/*
 * What each package adds to a page, minified and gzipped, without the packages below it; and two whole programs. A
 * budget is the size measured when it was last set (beside it) and 15 %; that of tree is a promise.
 */

const ours = ['tree', 'backend', 'backend-cpu', 'backend-gpu', 'autodiff', 'nn'].map((name) => `@proj/${name}`)
const tfjs = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgl']

/** `path` is below packages/. */
const alone = (name, path, limit) => ({ name, path: `packages/${path}`, ignore: [...ours, ...tfjs], gzip: true, limit })
const whole = (name, path, names, limit) => ({ name, path: `packages/${path}`, import: names, gzip: true, limit })

module.exports = [
  alone('@proj/tree', 'tree/dist/index.js', '20 kB'), // 19.8
  whole('tree.map alone', 'tree/dist/map.js', '{ map }', '4 kB'), // 4.0
  alone('@proj/backend', 'backend/dist/index.js', '35.3 kB'), // 30.7
  alone('@proj/backend/testing', 'backend/dist/testing.js', '50.6 kB'), // 44.0
  alone('@proj/backend-cpu', 'backend-cpu/dist/index.js', '61.5 kB'), // 53.5
  alone('@proj/backend-gpu', 'backend-gpu/dist/index.js', '22.3 kB'), // 19.6
  alone('@proj/autodiff', 'autodiff/dist/index.js', '136 kB'), // 118.3
  alone('@proj/nn', 'nn/dist/index.js', '7.1 kB'), // 6.2
  whole('one numpy function and all below it', 'autodiff/dist/subpaths/numpy.js', '{ sin }', '134 kB'), // 116.5
  whole('a tied auto-encoder and all below it', 'nn/dist/index.js', '{ AutoEncoder }', '216 kB'), // 187.7
]
