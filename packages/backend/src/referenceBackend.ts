import type { Backend } from './backend.ts'
import { type DType, dtypes, type TypedArray } from './dtype.ts'
import { type Handle, interpreterBackend } from './interpreter.ts'
import { referenceKernels } from './reference/evaluate.ts'

/**
 * The reference as a backend: typed arrays, plain loops, every op and dtype. It needs nothing of its surroundings, so it also stands in
 * where a compiler cannot run.
 */
export const referenceBackend = (): Backend<Handle<TypedArray>> =>
  interpreterBackend<TypedArray>({
    name: 'reference',
    dtypes: Object.keys(dtypes) as DType[],
    put: (data) => data.slice(),
    getSync: (data) => data.slice(),
    kernels: referenceKernels,
  })
